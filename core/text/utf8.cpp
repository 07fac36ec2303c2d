#include "core/text/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace mco::text {
namespace {

std::uint32_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// Bytes that a lead byte announces; 0 for one that cannot lead.
std::size_t announced(std::uint32_t lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
bool second_fits(std::uint32_t lead, std::uint32_t second) {
    switch (lead) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second <= 0x9f;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second <= 0x8f;
        default:
            return true;
    }
}

}  // namespace

std::size_t utf8_character(std::string_view text) {
    if (text.empty())
        return 0;
    const auto lead = byte_at(text, 0);
    const auto length = announced(lead);
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80U)
            return 0;
    }
    return length < 2 || second_fits(lead, byte_at(text, 1)) ? length : 0;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_character(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t utf8_length(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        text.remove_prefix(std::max<std::size_t>(utf8_character(text), 1));
    return count;
}

std::string utf8_scrubbed(std::string_view text) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::string scrubbed;
    scrubbed.reserve(text.size());
    while (!text.empty()) {
        const auto length = utf8_character(text);
        scrubbed += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return scrubbed;
}

}  // namespace mco::text
