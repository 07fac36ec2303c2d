#include "broker/password.hpp"

#include "core/bytes.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <charconv>
#include <cstddef>
#include <vector>

namespace mco::broker {

namespace {

constexpr std::string_view plain_prefix = "plain:";
constexpr std::string_view hash_prefix = "pbkdf2-sha256:";
constexpr int iterations_used = 100'000;
constexpr int most_iterations = 10'000'000;
constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;

using Octets = std::vector<unsigned char>;

struct Hashed {
    int iterations = 0;
    Octets salt;
    Octets hash;
};

std::string hexadecimal(const Octets& octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char octet : octets) {
        text += digits[octet >> 4U];
        text += digits[octet & 15U];
    }
    return text;
}

std::optional<Octets> octets_of(std::string_view text) {
    Octets octets;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const std::string_view pair = text.substr(i, 2);
        unsigned char octet = 0;
        const auto [stop, error] =
            std::from_chars(pair.data(), pair.data() + pair.size(), octet, 16);
        if (error != std::errc() || pair.size() != 2 || stop != pair.data() + 2)
            return std::nullopt;
        octets.push_back(octet);
    }
    return octets;
}

std::optional<Hashed> parse_hashed(std::string_view text) {
    if (!text.starts_with(hash_prefix))
        return std::nullopt;
    text.remove_prefix(hash_prefix.size());
    Hashed hashed;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, hashed.iterations);
    if (error != std::errc() || hashed.iterations < 1 || hashed.iterations > most_iterations)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    const std::size_t colon = text.find(':', 1);
    if (!text.starts_with(':') || colon == std::string_view::npos)
        return std::nullopt;
    auto salt = octets_of(text.substr(1, colon - 1));
    auto hash = octets_of(text.substr(colon + 1));
    if (!salt || salt->empty() || !hash || hash->size() != hash_size)
        return std::nullopt;
    hashed.salt = *std::move(salt);
    hashed.hash = *std::move(hash);
    return hashed;
}

Octets derive(std::string_view password, const Octets& salt, int iterations) {
    Octets hash(hash_size);
    const int done = PKCS5_PBKDF2_HMAC(password.data(),
                                       static_cast<int>(password.size()),
                                       salt.data(),
                                       static_cast<int>(salt.size()),
                                       iterations,
                                       EVP_sha256(),
                                       static_cast<int>(hash.size()),
                                       hash.data());
    return done == 1 ? hash : Octets{};
}

/// Equal texts, in a time that depends on the given one only.
bool same(std::string_view stored, std::string_view given) {
    unsigned difference = stored.size() == given.size() ? 0U : 1U;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = i < stored.size() ? stored[i] : '\0';
        difference |= static_cast<unsigned>(given[i] ^ other);
    }
    return difference == 0;
}

}  // namespace

Expected<std::string> hash_password(std::string_view password) {
    Octets salt(salt_size);
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
        return fail(Errc::io, "the system gives no random numbers");
    const Octets hash = derive(password, salt, iterations_used);
    if (hash.empty())
        return fail(Errc::io, "PBKDF2 with SHA-256 is not available here");
    return std::string(hash_prefix) + std::to_string(iterations_used) + ":" + hexadecimal(salt) +
           ":" + hexadecimal(hash);
}

bool is_stored_password(std::string_view stored) {
    if (stored.starts_with(plain_prefix))
        return stored.size() > plain_prefix.size();
    return parse_hashed(stored).has_value();
}

bool password_matches(std::string_view stored, std::string_view given) {
    if (stored.starts_with(plain_prefix))
        return is_stored_password(stored) && same(stored.substr(plain_prefix.size()), given);
    const auto hashed = parse_hashed(stored);
    if (!hashed)
        return false;
    const Octets hash = derive(given, hashed->salt, hashed->iterations);
    return hash.size() == hashed->hash.size() &&
           CRYPTO_memcmp(hash.data(), hashed->hash.data(), hash.size()) == 0;
}

PasswordMemory::PasswordMemory() : key_{} {
    // Without randomness the digests are merely unkeyed; they never leave this process.
    RAND_bytes(key_.data(), static_cast<int>(key_.size()));
}

std::optional<bool> PasswordMemory::knows(const std::string& user,
                                          std::string_view stored,
                                          std::string_view given) const {
    if (stored.starts_with(plain_prefix))
        return password_matches(stored, given);
    const auto found = digests_.find(user);
    if (found == digests_.end() || !same(found->second, digest(stored, given)))
        return std::nullopt;
    return true;
}

void PasswordMemory::remember(const std::string& user,
                              std::string_view stored,
                              std::string_view given) {
    digests_[user] = digest(stored, given);
}

std::string PasswordMemory::digest(std::string_view stored, std::string_view given) const {
    std::string text(stored);
    text += '\0';
    text += given;
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    HMAC(EVP_sha256(),
         key_.data(),
         static_cast<int>(key_.size()),
         bytes_of(text),
         text.size(),
         octets.data(),
         &size);
    return {octets.begin(), octets.begin() + size};
}

}  // namespace mco::broker
