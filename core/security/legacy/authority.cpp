#include "core/security/legacy/authority.hpp"

#include "core/security/legacy/key_name.hpp"
#include "core/security/x509/pem.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace mco::security {
namespace {

using Context = x509::Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr int security_level = 1;  // 80 bits: no MD5 and no SHA-1 in certificates' signatures
constexpr int longest_chain = 8;

}  // namespace

Expected<Authority> Authority::from_pem(std::string_view pem) {
    MCO_TRY(certificates, x509::certificates_from_pem(pem));
    std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
    for (const auto& certificate : certificates) {
        if (!store || X509_STORE_add_cert(store.get(), certificate.get()) != 1)
            return fail(Errc::malformed, "unusable certificate: " + x509::openssl_reason());
    }
    return Authority(std::move(store));
}

Expected<void> Authority::check(const PublicKey& key,
                                const std::string& name,
                                TimePoint now) const {
    if (!key.certificate)
        return fail(Errc::denied, "the key of " + name + " is not a certificate");
    const auto subject = leading_common_name(key.certificate.get());
    if (!subject || *subject != name)
        return fail(Errc::denied, "the certificate is not that of " + name);
    const Context context(X509_STORE_CTX_new());
    if (!context ||
        X509_STORE_CTX_init(context.get(), store_.get(), key.certificate.get(), nullptr) != 1)
        return fail(Errc::unavailable, "cannot check the certificate: " + x509::openssl_reason());
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_depth(parameters, longest_chain);
    X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    X509_VERIFY_PARAM_set_time(
        parameters, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good)
        return fail(Errc::denied,
                    "the certificate of " + name + " is not good: " +
                        X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
    return {};
}

}  // namespace mco::security
