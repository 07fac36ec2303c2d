#include "core/text/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mco::text {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t bytes_per_line = 45;

constexpr std::uint8_t no_digit = 255;

constexpr std::array<std::uint8_t, 256> make_digits() {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return digits;
}

constexpr auto digits = make_digits();

std::uint32_t octet(std::string_view bytes, std::size_t index) {
    return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

void append_group(std::string& out, std::string_view group) {
    const std::uint32_t bits = octet(group, 0) << 16 | octet(group, 1) << 8 | octet(group, 2);
    out += alphabet[bits >> 18];
    out += alphabet[bits >> 12 & 63U];
    out += group.size() > 1 ? alphabet[bits >> 6 & 63U] : '=';
    out += group.size() > 2 ? alphabet[bits & 63U] : '=';
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / bytes_per_line + 8);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes_per_line, bytes.size()))) {
        const std::string_view line = bytes.substr(0, bytes_per_line);
        for (std::size_t at = 0; at < line.size(); at += 3)
            append_group(out, line.substr(at, 3));
        out += '\n';
    }
    return out;
}

Expected<std::string> base64_decode(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    bool ended = false;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
            continue;
        const std::uint8_t value = digits[static_cast<unsigned char>(c)];
        if (c != '=' && (ended || value == no_digit))
            return fail(Errc::malformed, "not base64");
        ended = ended || c == '=';
        if (ended)
            continue;
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 255U);
        }
    }
    if (out.empty())
        return fail(Errc::malformed, "not base64");
    return out;
}

}  // namespace mco::text
