// Text as the octets that C libraries take, and back: the one place where either is reinterpreted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mco {

inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast)
}

inline unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast)
}

/// A view of them; `bytes` must outlive it.
inline std::string_view view_of(const unsigned char* bytes, std::size_t count) {
    return {reinterpret_cast<const char*>(bytes), count};  // NOLINT(*-reinterpret-cast)
}

}  // namespace mco
