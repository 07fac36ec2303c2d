#include "cli/render/node_lines.hpp"

#include "cli/render/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace mco::render {

namespace {

/// What all senders are given.
std::size_t sender_width(const std::vector<client::Result>& results) {
    constexpr std::size_t indent = 3;
    std::size_t longest = 0;
    for (const auto& result : results)
        longest = std::max(longest, length(result.sender));
    return longest + indent;
}

/// `width` is what senders take.
std::string node_line(std::string_view sender, std::string_view text, std::size_t width) {
    auto line = right(sender, width) + ": ";
    bool first = true;
    for (const auto part : lines(text)) {
        if (!first)
            line += '\n' + std::string(width + 2, ' ');
        line += part;
        first = false;
    }
    return line + '\n';
}

}  // namespace

std::string node_lines(const std::vector<client::Result>& results, const NodeText& text) {
    const auto width = sender_width(results);
    std::string block;
    for (const auto& result : results)
        if (const auto said = text(result))
            block += node_line(result.sender, *said, width);
    return results.empty() ? block : block + '\n';
}

}  // namespace mco::render
