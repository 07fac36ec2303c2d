#include "puppet/ral/native_shape.hpp"

#include "core/text/utf8.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <locale.h>
#include <wctype.h>

namespace mco::puppet {
namespace {

/// How many bytes at the front stand for one U+FFFD.
std::size_t broken_bytes(std::string_view bytes) {
    for (std::size_t count = std::min<std::size_t>(bytes.size(), 3); count > 1; --count) {
        // with two bytes more it would be a character if its first ones begin one
        const std::string completed = std::string(bytes.substr(0, count)) + "\x80\x80";
        if (text::utf8_character(completed) > count)
            return count;
    }
    return 1;
}

/// Letters of all scripts; made once and never changed.
locale_t unicode() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
}

wint_t code_point(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    auto point = static_cast<wint_t>(
        character.size() == 1 ? first : first & (0xffU >> (character.size() + 1)));
    for (const char next : character.substr(1))
        point = point << 6 | (static_cast<unsigned char>(next) & 0x3fU);
    return point;
}

std::string utf8_of(wint_t point) {
    if (point < 0x80)
        return {static_cast<char>(point)};
    std::string bytes;
    int shift = point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
    const unsigned lead = point < 0x800 ? 0xc0U : point < 0x10000 ? 0xe0U : 0xf0U;
    bytes += static_cast<char>(lead | point >> shift);
    while (shift > 0) {
        shift -= 6;
        bytes += static_cast<char>(0x80U | (point >> shift & 0x3fU));
    }
    return bytes;
}

bool is_alphanumeric(wint_t point) {
    if (point < 0x80)
        return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') ||
               (point >= 'A' && point <= 'Z');
    return unicode() && ::iswalnum_l(point, unicode()) != 0;
}

wint_t in_lower(wint_t point) {
    if (point < 0x80)
        return point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
    return unicode() ? ::towlower_l(point, unicode()) : point;
}

/// `\A[[:alnum:]_][[:alnum:]_:.-]*\Z` in lower case; absent where the title is something else.
std::optional<std::string> tag_of(std::string_view title) {
    std::string tag;
    while (!title.empty()) {
        const std::size_t size = text::utf8_character(title);
        if (size == 0)
            return std::nullopt;
        const wint_t point = code_point(title.substr(0, size));
        const bool later = point == ':' || point == '.' || point == '-';
        if (!is_alphanumeric(point) && point != '_' && !(later && !tag.empty()))
            return std::nullopt;
        tag += utf8_of(in_lower(point));
        title.remove_prefix(size);
    }
    return tag.empty() ? std::nullopt : std::optional(std::move(tag));
}

void add_tag(std::vector<std::string>& tags, std::string tag) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end())
        tags.push_back(std::move(tag));
}

/// `a::b` is tagged as `a` and `b` as well.
void add_segments(std::vector<std::string>& tags, std::string_view tag) {
    for (std::size_t end = tag.find("::"); end != std::string_view::npos; end = tag.find("::")) {
        add_tag(tags, std::string(tag.substr(0, end)));
        tag.remove_prefix(end + 2);
    }
    if (!tag.empty())
        add_tag(tags, std::string(tag));
}

}  // namespace

std::string scrubbed(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t size = text::utf8_character(bytes);
        text += size == 0 ? ral::scrubbed_mark : bytes.substr(0, size);
        bytes.remove_prefix(size == 0 ? broken_bytes(bytes) : size);
    }
    return text;
}

void put_text(Map& parameters, const char* name, std::string_view value) {
    if (!value.empty() && value != "absent")
        parameters.entries().push_back({name, scrubbed(value)});
}

ral::Resource shaped(const char* type, std::string title, Map parameters) {
    std::vector<std::string> tags{type};
    if (const auto tag = tag_of(title)) {
        add_tag(tags, *tag);
        if (tag->find("::") != std::string::npos)
            add_segments(tags, *tag);
    }
    return {type, std::move(title), std::move(parameters), std::move(tags), false};
}

}  // namespace mco::puppet
