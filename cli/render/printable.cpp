#include "cli/render/printable.hpp"

#include "system/log_text.hpp"

#include <algorithm>
#include <array>

namespace mco::render {

namespace {

constexpr std::string_view kept = "\n\t";

void make_printable(Value& value) {
    if (auto* list = value.array()) {
        for (auto& member : *list)
            make_printable(member);
    } else if (auto* map = value.map()) {
        for (auto& [key, member] : map->entries()) {
            make_printable(key);
            make_printable(member);
        }
    } else if (const auto* symbol = value.symbol()) {
        value = Symbol{printable(symbol->name)};
    } else if (const auto* text = value.string()) {
        value = printable(*text);
    }
}

/// The length of a colour of ours at the beginning of `text`; 0 if there is none.
std::size_t colour_length(std::string_view text) {
    constexpr std::array<std::string_view, 6> colours = {
        "\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"};
    for (const auto colour : colours)
        if (text.starts_with(colour))
            return colour.size();
    return 0;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t';
    });
}

}  // namespace

std::string printable(std::string_view text) {
    return is_plain(text) ? std::string(text) : system::escaped(text, kept);
}

void make_printable(client::Result& result) {
    result.message = printable(result.message);
    make_printable(result.data);
}

void make_printable(client::Outcome& outcome) {
    for (auto& result : outcome.results)
        make_printable(result);
    for (auto& summary : outcome.summaries)
        for (auto& line : summary.lines)
            line = printable(line);
    for (auto& missing : outcome.missing)
        missing.text = printable(missing.text);
}

std::string screen_text(std::string_view text) {
    if (is_plain(text))
        return std::string(text);
    std::string shown;
    for (const auto start : {std::string_view("\n\r"), std::string_view("\r")})
        if (shown.empty() && text.starts_with(start)) {
            shown = start;
            text.remove_prefix(start.size());
        }
    while (!text.empty()) {
        const auto end = std::min(text.find('\x1b', 0), text.size());
        shown += printable(text.substr(0, end));
        text.remove_prefix(end);
        const auto length = colour_length(text);
        if (length > 0)
            shown += text.substr(0, length);
        else if (!text.empty())
            shown += printable(text.substr(0, 1));
        text.remove_prefix(std::max<std::size_t>(length, text.empty() ? 0 : 1));
    }
    return shown;
}

}  // namespace mco::render
