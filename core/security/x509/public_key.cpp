#include "core/security/x509/public_key.hpp"

#include "core/security/x509/cbor.hpp"
#include "core/security/x509/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>

#include <array>
#include <utility>

namespace mco::x509 {

namespace {

using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, BN_free>;

constexpr std::size_t largest_point = 97;  // bytes: uncompressed, on P-384

KeyPtr owned(EVP_PKEY* key) {
    ERR_clear_error();
    return key == nullptr ? nullptr : KeyPtr(key, EVP_PKEY_free);
}

KeyPtr from_parameters(const char* type, OSSL_PARAM* parameters) {
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = nullptr;
    return owned(key);
}

Expected<std::string> point_of(const EVP_PKEY* key) {
    std::array<unsigned char, largest_point> point{};
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(
            key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) != 1)
        return fail(Errc::invalid, "the point of the key is unreadable: " + openssl_reason());
    return std::string(point.begin(), point.begin() + static_cast<std::ptrdiff_t>(size));
}

Expected<std::string> raw_of(const EVP_PKEY* key) {
    std::array<unsigned char, 32> raw{};
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1)
        return fail(Errc::invalid, "the key is unreadable: " + openssl_reason());
    return std::string(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size));
}

Expected<std::string> number_of(const EVP_PKEY* key, const char* name) {
    BIGNUM* found = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &found) != 1)
        return fail(Errc::invalid, "the key is unreadable: " + openssl_reason());
    const Number number(found);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), bytes_of(bytes));
    return bytes;
}

Expected<std::string> numbers_of(const EVP_PKEY* key) {
    MCO_TRY(modulus, number_of(key, OSSL_PKEY_PARAM_RSA_N));
    MCO_TRY(exponent, number_of(key, OSSL_PKEY_PARAM_RSA_E));
    std::string bytes;
    cbor::put_bytes(bytes, modulus);
    cbor::put_bytes(bytes, exponent);
    return bytes;
}

KeyPtr rsa_key(std::string_view bytes) {
    cbor::Reader reader(bytes);
    const auto modulus = reader.bytes();
    const auto exponent = modulus ? reader.bytes() : modulus;
    if (!exponent || modulus->empty() || exponent->empty() || !reader.finish())
        return nullptr;
    // OpenSSL takes numbers in the order of this machine.
    const Number n(BN_bin2bn(bytes_of(*modulus), static_cast<int>(modulus->size()), nullptr));
    const Number e(BN_bin2bn(bytes_of(*exponent), static_cast<int>(exponent->size()), nullptr));
    std::string native_n(modulus->size(), '\0');
    std::string native_e(exponent->size(), '\0');
    if (!n || !e ||
        BN_bn2nativepad(n.get(), bytes_of(native_n), static_cast<int>(native_n.size())) < 0 ||
        BN_bn2nativepad(e.get(), bytes_of(native_e), static_cast<int>(native_e.size())) < 0)
        return nullptr;
    std::array parameters = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, bytes_of(native_n), native_n.size()),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, bytes_of(native_e), native_e.size()),
        OSSL_PARAM_construct_end()};
    return from_parameters("RSA", parameters.data());
}

KeyPtr new_on_curve(const PublicKey& key, const char* group) {
    std::string name = group;  // OpenSSL wants them writable
    std::string point = key.bytes;
    std::array parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()};
    return from_parameters("EC", parameters.data());
}

}  // namespace

Expected<PublicKey> public_key_of(const EVP_PKEY* key) {
    MCO_TRY(algorithm, algorithm_of(key));
    auto bytes = algorithm == Algorithm::ps256   ? numbers_of(key)
                 : algorithm == Algorithm::eddsa ? raw_of(key)
                                                 : point_of(key);
    if (!bytes)
        return tl::unexpected(std::move(bytes).error());
    return PublicKey{algorithm, *std::move(bytes)};
}

KeyPtr KeyMaker::make(const PublicKey& key) const {
    switch (key.algorithm) {
        case Algorithm::es256:
            return on_curve(key, SN_X9_62_prime256v1);
        case Algorithm::es384:
            return on_curve(key, SN_secp384r1);
        case Algorithm::eddsa:
            return owned(EVP_PKEY_new_raw_public_key_ex(
                nullptr, "ED25519", nullptr, bytes_of(key.bytes), key.bytes.size()));
        case Algorithm::ps256:
            break;
    }
    return rsa_key(key.bytes);
}

KeyPtr KeyMaker::on_curve(const PublicKey& key, const char* group) const {
    if (const auto first = first_on(key.algorithm)) {
        auto copy = owned(EVP_PKEY_dup(first.get()));
        const bool good = copy && EVP_PKEY_set1_encoded_public_key(
                                      copy.get(), bytes_of(key.bytes), key.bytes.size()) == 1;
        ERR_clear_error();
        return good ? copy : nullptr;
    }
    auto made = new_on_curve(key, group);
    if (made) {
        const std::lock_guard lock(mutex_);
        first_.try_emplace(key.algorithm, made);
    }
    return made;
}

KeyPtr KeyMaker::first_on(Algorithm algorithm) const {
    const std::lock_guard lock(mutex_);
    const auto found = first_.find(algorithm);
    return found == first_.end() ? nullptr : found->second;
}

}  // namespace mco::x509
