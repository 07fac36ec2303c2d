// Passwords as the users file holds them: `plain:TEXT`, or `pbkdf2-sha256:ITERATIONS:SALT:HASH`
// with salt and hash in hexadecimal, as `mco-broker --hash-password` makes it.
#pragma once

#include "core/error.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mco::broker {

/// The hashed form, with a new random salt. Takes tens of milliseconds. Errors: io (no randomness).
Expected<std::string> hash_password(std::string_view password);

/// Whether the text has one of the two forms.
bool is_stored_password(std::string_view stored);

/// Compares in constant time. Slow for hashed passwords, so not for the I/O thread. Any thread.
bool password_matches(std::string_view stored, std::string_view given);

/// Remembers which passwords were right, as keyed digests, so that a thousand nodes that come back
/// together cost a thousand digests and not a thousand slow hashes. I/O thread only.
class PasswordMemory {
  public:
    PasswordMemory();
    /// True or false if that takes no slow hash (plain text, or seen before); otherwise nothing.
    std::optional<bool> knows(const std::string& user,
                              std::string_view stored,
                              std::string_view given) const;
    void remember(const std::string& user, std::string_view stored, std::string_view given);

  private:
    std::string digest(std::string_view stored, std::string_view given) const;

    std::array<unsigned char, 32> key_;
    std::unordered_map<std::string, std::string> digests_;  // by user
};

}  // namespace mco::broker
