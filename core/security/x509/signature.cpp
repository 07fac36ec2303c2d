#include "core/security/x509/signature.hpp"

#include "core/security/x509/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <utility>

namespace mco::x509 {

namespace {

using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

constexpr int min_rsa_bits = 2048;

const EVP_MD* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es384:
            return EVP_sha384();
        case Algorithm::eddsa:
            return nullptr;  // hashes by itself
        case Algorithm::es256:
        case Algorithm::ps256:
            break;
    }
    return EVP_sha256();
}

/// Bytes of each of the two numbers of an ECDSA signature; 0 for the other algorithms.
int coordinate_size(Algorithm algorithm) {
    if (algorithm == Algorithm::es256)
        return 32;
    return algorithm == Algorithm::es384 ? 48 : 0;
}

bool use_pss(EVP_PKEY_CTX* context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/// OpenSSL's DER form of an ECDSA signature to the two numbers side by side.
Expected<std::string> raw_from_der(std::string_view der, int size) {
    const unsigned char* cursor = bytes_of(der);
    const EcdsaSignature pair(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
    if (!pair)
        return fail(Errc::invalid, "cannot read an own signature: " + openssl_reason());
    std::string raw(2 * static_cast<std::size_t>(size), '\0');
    if (BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes_of(raw), size) != size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes_of(raw) + size, size) != size)
        return fail(Errc::invalid, "cannot convert an own signature: " + openssl_reason());
    return raw;
}

/// The reverse; empty if `raw` cannot be such a signature.
std::string der_from_raw(std::string_view raw, int size) {
    if (raw.size() != 2 * static_cast<std::size_t>(size))
        return {};
    const EcdsaSignature pair(ECDSA_SIG_new());
    Owned<BIGNUM, BN_free> r(BN_bin2bn(bytes_of(raw), size, nullptr));
    Owned<BIGNUM, BN_free> s(BN_bin2bn(bytes_of(raw) + size, size, nullptr));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
        return {};
    static_cast<void>(r.release());  // the pair owns them now
    static_cast<void>(s.release());
    std::array<unsigned char, 128> der{};
    if (i2d_ECDSA_SIG(pair.get(), nullptr) > static_cast<int>(der.size()))
        return {};
    unsigned char* cursor = der.data();
    const int length = i2d_ECDSA_SIG(pair.get(), &cursor);
    return length > 0 ? std::string(der.begin(), der.begin() + length) : std::string();
}

Expected<Algorithm> algorithm_of_curve(const EVP_PKEY* key) {
    std::array<char, 64> name{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) == 1) {
        const std::string_view curve(name.data(), length);
        if (curve == SN_X9_62_prime256v1)
            return Algorithm::es256;
        if (curve == SN_secp384r1)
            return Algorithm::es384;
    }
    ERR_clear_error();
    return fail(Errc::invalid, "the key is on another curve than P-256 and P-384");
}

/// Ed25519 hashes by itself.
bool verify_whole(EVP_PKEY* key, std::string_view data, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    const bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
        EVP_DigestVerify(
            context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace

std::string openssl_reason() {
    std::string reason = "unknown reason";
    if (const auto code = ERR_peek_last_error(); code != 0) {
        std::array<char, 256> text{};
        ERR_error_string_n(code, text.data(), text.size());
        reason =
            ERR_reason_error_string(code) != nullptr ? ERR_reason_error_string(code) : text.data();
    }
    ERR_clear_error();
    return reason;
}

Expected<Algorithm> algorithm_of(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
            if (EVP_PKEY_get_bits(key) < min_rsa_bits)
                return fail(Errc::invalid, "the RSA key has less than 2048 bits");
            return Algorithm::ps256;
        case EVP_PKEY_EC:
            return algorithm_of_curve(key);
        case EVP_PKEY_ED25519:
            return Algorithm::eddsa;
        default:
            return fail(Errc::invalid, "the key is none of RSA, P-256, P-384, Ed25519");
    }
}

Expected<std::string> sign(EVP_PKEY* key, Algorithm algorithm, std::string_view data) {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* details = nullptr;  // owned by context
    std::size_t length = 0;
    if (!context ||
        EVP_DigestSignInit(context.get(), &details, digest_of(algorithm), nullptr, key) != 1 ||
        (algorithm == Algorithm::ps256 && !use_pss(details)) ||
        EVP_DigestSign(context.get(), nullptr, &length, bytes_of(data), data.size()) != 1)
        return fail(Errc::invalid, "cannot sign with the private key: " + openssl_reason());
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(data), data.size()) !=
        1)
        return fail(Errc::invalid, "cannot sign with the private key: " + openssl_reason());
    signature.resize(length);
    if (const int size = coordinate_size(algorithm); size != 0)
        return raw_from_der(signature, size);
    return signature;
}

Verifier::Verifier(PublicKey key, std::shared_ptr<const KeyMaker> maker)
    : key_(std::move(key)), maker_(std::move(maker)) {}

bool Verifier::verify(std::string_view data, std::string_view signature) const {
    std::string der;
    if (const int size = coordinate_size(key_.algorithm); size != 0) {
        der = der_from_raw(signature, size);
        signature = der;
    }
    if (signature.empty())
        return false;
    // Whoever comes while another thread checks with what is kept has to set up its own.
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (lock && kept_)
        return holds(*kept_, data, signature);
    auto check = prepare();
    const bool good = check && holds(*check, data, signature);
    if (lock && check && ++checks_ >= kept_from)
        kept_ = std::move(check);
    return good;
}

std::optional<Verifier::Check> Verifier::prepare() const {
    Check check{maker_->make(key_), nullptr};
    if (!check.key)
        return std::nullopt;
    if (key_.algorithm == Algorithm::eddsa)
        return check;
    check.context.reset(EVP_PKEY_CTX_new(check.key.get(), nullptr));
    auto* const context = check.context.get();
    const bool good = context != nullptr && EVP_PKEY_verify_init(context) == 1 &&
                      (key_.algorithm != Algorithm::ps256 || use_pss(context)) &&
                      EVP_PKEY_CTX_set_signature_md(context, digest_of(key_.algorithm)) > 0;
    ERR_clear_error();
    if (!good)
        return std::nullopt;
    return check;
}

bool Verifier::holds(const Check& check, std::string_view data, std::string_view signature) const {
    if (!check.context)
        return verify_whole(check.key.get(), data, signature);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    const auto* const digest = digest_of(key_.algorithm);
    const bool good =
        EVP_Digest(data.data(), data.size(), hash.data(), &length, digest, nullptr) == 1 &&
        EVP_PKEY_verify(
            check.context.get(), bytes_of(signature), signature.size(), hash.data(), length) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace mco::x509
