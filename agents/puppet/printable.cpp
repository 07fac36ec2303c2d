#include "agents/puppet/printable.hpp"

#include "core/text/utf8.hpp"

#include <algorithm>

namespace mco::puppet {
namespace {

constexpr char escape = '\x1b';

bool between(char c, char first, char last) {
    return c >= first && c <= last;
}

/// Behind what begins a control sequence: parameters, then one final character.
std::size_t after_control_sequence(std::string_view text, std::size_t at) {
    while (at < text.size() && between(text[at], ' ', '?'))
        ++at;
    return std::min(at + 1, text.size());
}

/// Behind a string that the terminal would swallow, up to BEL or ESC \.
std::size_t after_control_string(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] != '\a' && text[at] != escape)
        ++at;
    const bool two = at + 1 < text.size() && text[at] == escape && text[at + 1] == '\\';
    return two ? at + 2 : std::min(at + 1, text.size());
}

/// Behind the escape sequence whose ESC stands before `at`.
std::size_t after_escape(std::string_view text, std::size_t at) {
    if (at == text.size())
        return at;
    if (text[at] == '[')
        return after_control_sequence(text, at + 1);
    if (std::string_view("]PX^_").find(text[at]) != std::string_view::npos)
        return after_control_string(text, at + 1);
    while (at < text.size() && between(text[at], ' ', '/'))
        ++at;
    return at < text.size() && between(text[at], '0', '~') ? at + 1 : at;
}

/// U+0080 to U+009F, which some terminals obey as they do ESC and a letter.
bool is_control_character(std::string_view character) {
    return character.size() == 2 && character[0] == '\xc2' && between(character[1], '\x80', '\x9f');
}

}  // namespace

std::string printable(std::string_view line) {
    const std::string text = text::utf8_scrubbed(line);
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = std::string_view(text).substr(at);
        // 0 where an escape sequence took the first byte of a character: the others go as well
        const std::size_t size = std::max<std::size_t>(text::utf8_character(rest), 1);
        const std::string_view character = rest.substr(0, size);
        at += character.size();
        if (character[0] == escape)
            at = after_escape(text, at);
        else if (is_control_character(character))
            at = character[1] == '\x9b' ? after_control_sequence(text, at) : at;
        else if (character[0] == '\t')
            result += ' ';
        else if (character.size() > 1 || between(character[0], ' ', '~'))
            result += character;
    }
    return result;
}

std::string printable_line(std::string_view text, std::size_t limit) {
    std::string line(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    line = printable(line);
    if (line.size() <= limit)
        return line;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
        --end;
    return line.substr(0, end) + "…";
}

}  // namespace mco::puppet
