#include "core/ddl/help.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <vector>

namespace mco::ddl {
namespace {

/// Lines without their ends; empty ones at the end do not count.
std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return lines;
}

std::size_t indentation(const std::string& line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// Offset of the last space that has at most `columns` characters before it and a word before it as
/// well; npos: none.
std::size_t last_break(const std::string& line, std::size_t columns) {
    std::size_t found = std::string::npos;
    std::size_t at = 0;
    for (std::size_t count = 0; count <= columns && at < line.size(); ++count) {
        if (line[at] == ' ' && at > indentation(line))
            found = at;
        at += std::max<std::size_t>(text::utf8_character(std::string_view(line).substr(at)), 1);
    }
    return found;
}

/// Cuts off what is beyond `columns` and returns it.
std::string cut(std::string& line, std::size_t columns) {
    const auto at = last_break(line, columns);
    if (at == std::string::npos)
        return "";
    const auto rest = line.find_first_not_of(' ', at);
    auto beyond = rest == std::string::npos ? std::string() : line.substr(rest);
    line.erase(at);
    return beyond;
}

/// Puts what the line before could not hold behind the indentation of this one.
void prepend(std::string& line, const std::string& beyond, std::size_t room) {
    const auto margin = indentation(line);
    line.insert(margin < room ? margin : 0, beyond + " ");
}

std::string joined_lines(const std::vector<std::string>& lines, std::size_t indent) {
    std::string text;
    for (const auto& line : lines)
        text += std::string(indent, ' ') + line + "\n";
    if (!text.empty())
        text.pop_back();
    return text;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
    if (columns <= indent)
        return std::string(text);
    const auto room = columns - indent;
    auto lines = split_lines(text);
    std::vector<std::string> result;
    std::string beyond;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto line = lines[i];
        auto margin = indentation(line);
        if (!beyond.empty()) {
            prepend(line, beyond, room);
            margin = margin < room ? margin : 0;
            // An empty line separates paragraphs: it stays behind what is put into it.
            if (indentation(lines[i]) == lines[i].size() && i + 1 < lines.size())
                lines[i--].clear();
        }
        beyond = text::utf8_length(line) > columns ? cut(line, room) : "";
        if (!beyond.empty() && i + 1 == lines.size()) {
            lines.push_back(std::string(margin, ' ') + beyond);
            beyond.clear();
        }
        result.push_back(std::move(line));
    }
    return joined_lines(result, indent);
}

}  // namespace mco::ddl
