#include "core/security/legacy/rsa.hpp"

#include "core/bytes.hpp"
#include "core/security/x509/pem.hpp"

#include <openssl/bio.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <optional>
#include <utility>

namespace mco::security {
namespace {

using x509::openssl_reason;
using x509::Owned;

using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

/// DER of DigestInfo up to the digest: SHA-1 and the length of what follows (RFC 8017 §9.2).
constexpr std::string_view sha1_info("\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
                                     15);

/// One of the four operations: how it begins, and what it does.
struct Operation {
    int (*begin)(EVP_PKEY_CTX*);
    int (*perform)(EVP_PKEY_CTX*, unsigned char*, std::size_t*, const unsigned char*, std::size_t);
};

constexpr Operation lock_privately{EVP_PKEY_sign_init, EVP_PKEY_sign};
constexpr Operation open_publicly{EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover};
constexpr Operation lock_publicly{EVP_PKEY_encrypt_init, EVP_PKEY_encrypt};
constexpr Operation open_privately{EVP_PKEY_decrypt_init, EVP_PKEY_decrypt};

/// Absent when OpenSSL says no; its reasons are forgotten, they would help whoever is guessing.
std::optional<std::string> perform(const Operation& operation,
                                   const KeyPtr& key,
                                   std::string_view bytes) {
    const Context context(EVP_PKEY_CTX_new(key.get(), nullptr));
    std::size_t length = 0;
    std::string result;
    bool good =
        context && operation.begin(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
        operation.perform(context.get(), nullptr, &length, bytes_of(bytes), bytes.size()) == 1;
    if (good) {
        result.resize(length);
        good = operation.perform(
                   context.get(), bytes_of(result), &length, bytes_of(bytes), bytes.size()) == 1;
    }
    ERR_clear_error();
    if (!good)
        return std::nullopt;
    result.resize(length);
    return result;
}

Expected<std::string> locked(std::optional<std::string> block) {
    if (!block)
        return fail(Errc::invalid, "the RSA key cannot be used, or is too short");
    return *std::move(block);
}

Expected<std::string> opened(std::optional<std::string> bytes) {
    if (!bytes)
        return fail(Errc::malformed, "it was not made for this key");
    return *std::move(bytes);
}

Expected<std::string> digest_info(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
        return fail(Errc::unavailable, "OpenSSL does not offer SHA-1: " + openssl_reason());
    return std::string(sha1_info).append(digest.begin(), digest.begin() + size);
}

bool is_rsa(const KeyPtr& key) {
    return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA;
}

KeyPtr bare_key_from_pem(std::string_view pem) {
    EVP_PKEY* key = nullptr;
    const Owned<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> decoder(OSSL_DECODER_CTX_new_for_pkey(
        &key, "PEM", nullptr, "RSA", EVP_PKEY_PUBLIC_KEY, nullptr, nullptr));
    const unsigned char* cursor = bytes_of(pem);
    std::size_t left = pem.size();
    if (decoder)
        OSSL_DECODER_from_data(decoder.get(), &cursor, &left);
    ERR_clear_error();
    return {key, EVP_PKEY_free};
}

}  // namespace

Expected<PublicKey> public_key_from_pem(std::string_view pem) {
    PublicKey found;
    if (auto certificates = x509::certificates_from_pem(pem)) {
        found.certificate = certificates->front();
        found.key = KeyPtr(X509_get_pubkey(found.certificate.get()), EVP_PKEY_free);
    } else {
        found.key = bare_key_from_pem(pem);
    }
    ERR_clear_error();
    if (!is_rsa(found.key))
        return fail(Errc::malformed, "no readable RSA public key or certificate");
    return found;
}

Expected<KeyPtr> private_key_from_pem(std::string_view pem) {
    MCO_TRY(key, x509::private_key_from_pem(pem));
    if (!is_rsa(key))
        return fail(Errc::invalid, "the private key is not RSA");
    return key;
}

Expected<std::string> to_pem(const PublicKey& key) {
    const Owned<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
    const bool good =
        bio && (key.certificate ? PEM_write_bio_X509(bio.get(), key.certificate.get()) == 1
                                : PEM_write_bio_PUBKEY(bio.get(), key.key.get()) == 1);
    if (!good)
        return fail(Errc::invalid, "cannot write the public key: " + openssl_reason());
    const char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

bool is_pair(const KeyPtr& public_half, const KeyPtr& private_half) {
    const bool equal = EVP_PKEY_eq(public_half.get(), private_half.get()) == 1;
    ERR_clear_error();
    return equal;
}

Expected<std::string> lock_with_private(const KeyPtr& key, std::string_view bytes) {
    return locked(perform(lock_privately, key, bytes));
}

Expected<std::string> open_with_public(const KeyPtr& key, std::string_view block) {
    return opened(perform(open_publicly, key, block));
}

Expected<std::string> lock_with_public(const KeyPtr& key, std::string_view bytes) {
    return locked(perform(lock_publicly, key, bytes));
}

Expected<std::string> open_with_private(const KeyPtr& key, std::string_view block) {
    return opened(perform(open_privately, key, block));
}

Expected<std::string> sign_sha1(const KeyPtr& key, std::string_view bytes) {
    MCO_TRY(info, digest_info(bytes));
    return lock_with_private(key, info);
}

bool verify_sha1(const KeyPtr& key, std::string_view bytes, std::string_view signature) {
    const auto expected = digest_info(bytes);
    const auto found = open_with_public(key, signature);
    // The whole content of the block is compared, so that nothing can hide behind the digest.
    return expected && found && *expected == *found;
}

}  // namespace mco::security
