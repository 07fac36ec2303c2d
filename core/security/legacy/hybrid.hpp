// The encryption of aes_security: a random session key in an RSA block, and data under a cipher
// whose key and IV are derived from the session key (protocol §4.5). There is no authentication
// code: whoever knows a session key can put other data beside its block.
#pragma once

#include "core/error.hpp"
#include "core/security/legacy/rsa.hpp"

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mco::security {

/// A cipher of OpenSSL by its name, such as aes-256-cbc. Immutable; any thread.
class Cipher {
  public:
    /// Errors: invalid, for a name that OpenSSL does not know and for ciphers that need more than
    /// key and IV.
    static Expected<Cipher> named(const std::string& name);

    std::size_t key_size() const;

    /// Padded, encrypted under what is derived from `secret`. Errors: unavailable.
    Expected<std::string> encrypt(std::string_view secret, std::string_view plain) const;
    /// Errors: malformed.
    Expected<std::string> decrypt(std::string_view secret, std::string_view data) const;

  private:
    explicit Cipher(std::shared_ptr<EVP_CIPHER> cipher) : cipher_(std::move(cipher)) {}

    std::shared_ptr<EVP_CIPHER> cipher_;  // shared by copies
};

/// What an envelope carries, both as base64 text.
struct Sealed {
    std::string session_key;  ///< `:sslkey`
    std::string data;         ///< `:body`
};

/// Readable with the public half of `key`, and proof of who wrote it. Errors: unavailable (no
/// randomness), invalid. Any thread, as everything here.
Expected<Sealed> seal_with_private(const Cipher& cipher, const KeyPtr& key, std::string_view plain);
/// Readable only with the private half of `key`. Errors as above.
Expected<Sealed> seal_with_public(const Cipher& cipher, const KeyPtr& key, std::string_view plain);

/// The opposites. Errors: malformed, with one and the same text and by one and the same way
/// whatever is wrong: whoever tries messages on us must not learn how far they came.
Expected<std::string> unseal_with_public(const Cipher& cipher,
                                         const KeyPtr& key,
                                         std::string_view session_key,
                                         std::string_view data);
Expected<std::string> unseal_with_private(const Cipher& cipher,
                                          const KeyPtr& key,
                                          std::string_view session_key,
                                          std::string_view data);

}  // namespace mco::security
