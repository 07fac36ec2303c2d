#include "cli/render/text.hpp"

#include <algorithm>

namespace mco::render {

namespace {

std::string spaces(std::string_view text, std::size_t width) {
    const auto have = length(text);
    return std::string(have < width ? width - have : 0, ' ');
}

}  // namespace

std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

std::string left(std::string_view text, std::size_t width) {
    return std::string(text) + spaces(text, width);
}

std::string right(std::string_view text, std::size_t width) {
    return spaces(text, width) + std::string(text);
}

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const auto end = text.find('\n');
        found.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    while (!found.empty() && found.back().empty())
        found.pop_back();
    return found;
}

std::size_t widest(const std::vector<std::string>& names, std::size_t minimum) {
    for (const auto& name : names)
        minimum = std::max(minimum, length(name));
    return minimum;
}

std::string name_columns(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    const auto width = widest(names, 30);
    const auto per_row = std::max<std::size_t>(1, 90 / width);
    const auto cells = (names.size() + per_row - 1) / per_row * per_row;
    std::string text;
    for (std::size_t i = 0; i < cells; ++i) {
        if (i % per_row == 0)
            text += "   ";
        text += ' ' + left(i < names.size() ? names[i] : "", width);
        if (i % per_row == per_row - 1)
            text += '\n';
    }
    return text;
}

}  // namespace mco::render
