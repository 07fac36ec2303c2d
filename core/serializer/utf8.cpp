#include "core/serializer/utf8.hpp"

#include <cstddef>

namespace mco::serializer {
namespace {

/// Length of the well-formed sequence that `bytes` begins with; 0 if there is none.
std::size_t sequence_length(std::string_view bytes) {
    const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto continues = [&](std::size_t i) {
        return i < bytes.size() && (byte(i) & 0xc0) == 0x80;
    };
    const auto first = byte(0);
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4 || !continues(1))
        return 0;
    if (first < 0xe0)
        return 2;
    // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
    const auto second = byte(1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || !continues(2))
        return 0;
    if (first < 0xf0)
        return 3;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) || !continues(3))
        return 0;
    return 4;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto length = sequence_length(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

}  // namespace mco::serializer
