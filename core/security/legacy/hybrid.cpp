#include "core/security/legacy/hybrid.hpp"

#include "core/bytes.hpp"
#include "core/text/base64.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace mco::security {
namespace {

using x509::openssl_reason;
using x509::Owned;

constexpr int iterations = 2048;

/// Text that must not stay behind in memory.
class Secret {
  public:
    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    ~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

    std::string_view view() const { return bytes_; }

  private:
    std::string bytes_;
};

struct Derived {
    Derived() = default;
    Derived(const Derived&) = delete;
    Derived& operator=(const Derived&) = delete;

    ~Derived() { OPENSSL_cleanse(key.data(), key.size()); }

    std::array<unsigned char, EVP_MAX_KEY_LENGTH> key{};
    std::array<unsigned char, EVP_MAX_IV_LENGTH> iv{};
};

bool derive(const EVP_CIPHER* cipher, std::string_view secret, Derived& derived) {
    return EVP_BytesToKey(cipher,
                          EVP_md5(),
                          nullptr,
                          bytes_of(secret),
                          static_cast<int>(secret.size()),
                          iterations,
                          derived.key.data(),
                          derived.iv.data()) > 0;
}

enum Direction { decrypting = 0, encrypting = 1 };

/// Absent when OpenSSL says no, which for decryption means that the padding is wrong.
std::optional<std::string> run(const EVP_CIPHER* cipher,
                               Direction direction,
                               std::string_view secret,
                               std::string_view input) {
    constexpr std::size_t most = std::numeric_limits<int>::max() - EVP_MAX_BLOCK_LENGTH;
    const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    Derived derived;
    std::string output(std::min(input.size(), most) + EVP_MAX_BLOCK_LENGTH, '\0');
    int length = 0;
    int rest = 0;
    const bool good = context && input.size() <= most && derive(cipher, secret, derived) &&
                      EVP_CipherInit_ex2(context.get(),
                                         cipher,
                                         derived.key.data(),
                                         derived.iv.data(),
                                         static_cast<int>(direction),
                                         nullptr) == 1 &&
                      EVP_CipherUpdate(context.get(),
                                       bytes_of(output),
                                       &length,
                                       bytes_of(input),
                                       static_cast<int>(input.size())) == 1 &&
                      EVP_CipherFinal_ex(context.get(), bytes_of(output) + length, &rest) == 1;
    ERR_clear_error();
    if (!good)
        return std::nullopt;
    output.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(rest));
    return output;
}

Expected<std::string> random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_priv_bytes(bytes_of(bytes), static_cast<int>(count)) != 1)
        return fail(Errc::unavailable, "no random numbers: " + openssl_reason());
    return bytes;
}

using Lock = Expected<std::string> (*)(const KeyPtr&, std::string_view);

Expected<Sealed> seal(Lock lock, const Cipher& cipher, const KeyPtr& key, std::string_view plain) {
    MCO_TRY(random, random_bytes(cipher.key_size()));
    const Secret secret(std::move(random));
    MCO_TRY(data, cipher.encrypt(secret.view(), plain));
    MCO_TRY(block, lock(key, secret.view()));
    return Sealed{text::base64_encode(block), text::base64_encode(data)};
}

Expected<std::string> unseal(Lock open,
                             const Cipher& cipher,
                             const KeyPtr& key,
                             std::string_view session_key,
                             std::string_view data) {
    const auto failed = [] { return fail(Errc::malformed, "it cannot be decrypted"); };
    // A block that does not open is replaced by a random session key, so that it fails later, as
    // one with the wrong key in it would.
    MCO_TRY(chosen, random_bytes(cipher.key_size()));
    const auto block = text::base64_decode(session_key);
    // leading zeros that are left out would be a second spelling of the same block
    const bool whole =
        block && block->size() == static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
    if (auto found = open(key, whole ? *block : std::string());
        found && found->size() == chosen.size())
        chosen = *std::move(found);
    const Secret secret(std::move(chosen));
    const auto encrypted = text::base64_decode(data);
    if (!encrypted)
        return failed();
    auto plain = cipher.decrypt(secret.view(), *encrypted);
    if (!plain)
        return failed();
    return plain;
}

}  // namespace

Expected<Cipher> Cipher::named(const std::string& name) {
    std::shared_ptr<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr),
                                       EVP_CIPHER_free);
    ERR_clear_error();
    if (!cipher)
        return fail(Errc::invalid, "OpenSSL offers no cipher " + name);
    const auto mode = EVP_CIPHER_get_mode(cipher.get());
    const bool simple = mode == EVP_CIPH_CBC_MODE || mode == EVP_CIPH_CFB_MODE ||
                        mode == EVP_CIPH_OFB_MODE || mode == EVP_CIPH_CTR_MODE;
    if (!simple || (EVP_CIPHER_get_flags(cipher.get()) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0)
        return fail(Errc::invalid,
                    "the cipher " + name + " is of no use here; aes-256-cbc is what others have");
    return Cipher(std::move(cipher));
}

std::size_t Cipher::key_size() const {
    return static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher_.get()));
}

Expected<std::string> Cipher::encrypt(std::string_view secret, std::string_view plain) const {
    auto data = run(cipher_.get(), encrypting, secret, plain);
    if (!data)
        return fail(Errc::unavailable, "OpenSSL cannot encrypt with the cipher (is MD5 missing?)");
    return *std::move(data);
}

Expected<std::string> Cipher::decrypt(std::string_view secret, std::string_view data) const {
    auto plain = run(cipher_.get(), decrypting, secret, data);
    if (!plain)
        return fail(Errc::malformed, "it cannot be decrypted");
    return *std::move(plain);
}

Expected<Sealed> seal_with_private(const Cipher& cipher,
                                   const KeyPtr& key,
                                   std::string_view plain) {
    return seal(lock_with_private, cipher, key, plain);
}

Expected<Sealed> seal_with_public(const Cipher& cipher, const KeyPtr& key, std::string_view plain) {
    return seal(lock_with_public, cipher, key, plain);
}

Expected<std::string> unseal_with_public(const Cipher& cipher,
                                         const KeyPtr& key,
                                         std::string_view session_key,
                                         std::string_view data) {
    return unseal(open_with_public, cipher, key, session_key, data);
}

Expected<std::string> unseal_with_private(const Cipher& cipher,
                                          const KeyPtr& key,
                                          std::string_view session_key,
                                          std::string_view data) {
    return unseal(open_with_private, cipher, key, session_key, data);
}

}  // namespace mco::security
