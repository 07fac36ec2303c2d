// SHA-256 as text, for what is compared and for what is not shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::ral {

/// The first `bytes` (at most 32) of the digest, two hex digits each. Throws std::runtime_error if
/// this OpenSSL has no SHA-256: two nodes must never seem equal for want of it.
std::string sha256_hex(std::string_view content, std::size_t bytes);

}  // namespace mco::ral
