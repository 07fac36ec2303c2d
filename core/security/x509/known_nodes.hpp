// Nodes as a client remembers them from one run to the next (ADR 18): sealed, so that only what a
// run with the same private key, authorities and revocation lists has written is ever believed.
//
//   "mco known certificates 1\n" | HMAC-SHA-256 over the other two parts | CBOR:
//   [ * [ chain: bstr, name: tstr, since: int, until: int, algorithm: int, key: bstr ] ]
//
// Times are in milliseconds since the epoch. The key of the HMAC is made by HKDF-SHA-256 from the
// private key, salted with the SHA-256 of authorities and lists.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/chain_cache.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::x509 {

constexpr std::size_t most_known_nodes = 100'000;

/// The array. Of more than most_known_nodes the first are taken. Any thread.
std::string encode_known_nodes(const std::vector<KnownNode>& nodes);

/// Errors: malformed, limit. Whether a key is one is found out when it is used. Any thread.
Expected<std::vector<KnownNode>> decode_known_nodes(std::string_view cbor);

/// Writes and recognises memories. Any thread.
class MemorySeal {
  public:
    /// From texts as they are in files. Errors: unavailable, for an OpenSSL without HKDF.
    static Expected<MemorySeal> make(std::string_view private_key,
                                     std::string_view ca,
                                     const std::optional<std::string>& crl);

    Expected<std::string> close(const std::vector<KnownNode>& nodes) const;

    /// Errors: denied for what this key has not sealed as it is, malformed, limit.
    Expected<std::vector<KnownNode>> open(std::string_view sealed) const;

  private:
    using Mac = std::array<unsigned char, 32>;

    MemorySeal() = default;
    Expected<Mac> mac(std::string_view cbor) const;

    Mac key_{};
};

}  // namespace mco::x509
