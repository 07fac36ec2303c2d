#include "core/security/x509/chain.hpp"

#include "core/security/x509/cose.hpp"
#include "core/security/x509/extensions.hpp"
#include "core/security/x509/pem.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace mco::x509 {

namespace {

using StoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

void free_list(STACK_OF(X509) * list) {
    sk_X509_free(list);
}

// The list only; the certificates in it belong to others.
using List = Owned<STACK_OF(X509), free_list>;

/// Certificates as OpenSSL wants them: the signer's apart.
struct Presented {
    std::vector<CertificatePtr> certificates;
    List others;
};

Presented presented(std::vector<CertificatePtr> certificates) {
    Presented chain{std::move(certificates), List(sk_X509_new_null())};
    for (std::size_t i = 1; i < chain.certificates.size(); ++i)
        sk_X509_push(chain.others.get(), chain.certificates[i].get());
    return chain;
}

Expected<Presented> presented(const std::vector<std::string_view>& chain) {
    if (chain.empty() || chain.size() > max_chain)
        return fail(Errc::malformed, "chain: no certificate, or too many");
    std::vector<CertificatePtr> certificates;
    for (const auto& der : chain) {
        MCO_TRY(certificate, certificate_from_der(der));
        certificates.push_back(std::move(certificate));
    }
    return presented(std::move(certificates));
}

// 112 bits: RSA from 2048 bits, no SHA-1 in signatures.
constexpr int security_level = 2;

std::optional<TimePoint> time_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &broken_down) != 1)
        return std::nullopt;
    return TimePoint(std::chrono::seconds(timegm(&broken_down)));
}

std::string subject_of(const X509* certificate) {
    if (certificate == nullptr)
        return "an unknown certificate";
    if (auto name = common_name(certificate))
        return *name;
    return "a certificate without a usable common name";
}

/// Why OpenSSL refused the chain, beginning with the name of the check.
std::string refusal(X509_STORE_CTX* context, Purpose purpose) {
    const int error = X509_STORE_CTX_get_error(context);
    const std::string whose = subject_of(X509_STORE_CTX_get_current_cert(context));
    switch (error) {
        case X509_V_ERR_CERT_REVOKED:
            return "revocation: the certificate of " + whose + " is revoked";
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return "revocation: there is no revocation list for the issuer of " + whose;
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return "revocation: the revocation list for " + whose + " has expired";
        case X509_V_ERR_CRL_NOT_YET_VALID:
            return "revocation: the revocation list for " + whose + " is not yet valid";
        case X509_V_ERR_INVALID_PURPOSE:
            return "key usage: the certificate of " + whose + " does not allow " +
                   (purpose == Purpose::caller ? "client authentication"
                                               : "server or client authentication");
        default:
            return std::string("chain: ") + X509_verify_cert_error_string(error) + " (" + whose +
                   ")";
    }
}

/// Narrows [since, until) to the part around `now` in which `limit` is on the same side of it.
void bound(Verified& verified, std::optional<TimePoint> limit, TimePoint now) {
    if (!limit)
        return;
    if (*limit > now)
        verified.until = std::min(verified.until, *limit);
    else
        verified.since = std::max(verified.since, *limit);
}

struct Attempt {
    X509_STORE* store;
    X509* leaf;
    STACK_OF(X509) * others;
    int openssl_purpose;
    const CheckedLists* lists;     // null: revocation is not checked
    std::optional<TimePoint> now;  // absent: whatever the time
};

/// One verification; the context holds its result. Null when OpenSSL has no memory.
StoreContext attempt(const Attempt& wanted, bool& good) {
    StoreContext context(X509_STORE_CTX_new());
    good = false;
    if (!context ||
        X509_STORE_CTX_init(context.get(), wanted.store, wanted.leaf, wanted.others) != 1 ||
        X509_STORE_CTX_set_purpose(context.get(), wanted.openssl_purpose) != 1)
        return nullptr;
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(max_chain));
    X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    if (wanted.lists != nullptr) {
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        wanted.lists->attach(context.get());
    }
    if (!wanted.now)
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);
    else
        X509_VERIFY_PARAM_set_time(
            parameters,
            std::chrono::floor<std::chrono::seconds>(*wanted.now).time_since_epoch().count());
    good = X509_verify_cert(context.get()) == 1;
    return context;
}

}  // namespace

Expected<TrustStore> TrustStore::make(std::string_view ca_pem,
                                      const std::optional<std::string>& crl_pem) {
    TrustStore trust;
    trust.keys_ = std::make_shared<const KeyMaker>();
    trust.store_.reset(X509_STORE_new(), X509_STORE_free);
    if (!trust.store_)
        return fail(Errc::limit, "ca: no memory for certificates");
    auto authorities = certificates_from_pem(ca_pem);
    if (!authorities)
        return fail(authorities.error().code, "ca: " + authorities.error().message);
    for (const auto& authority : *authorities) {
        if (X509_STORE_add_cert(trust.store_.get(), authority.get()) != 1)
            return fail(Errc::malformed, "ca: " + openssl_reason());
    }
    if (!crl_pem)
        return trust;
    auto found = revocation_lists_from_pem(*crl_pem);
    if (!found)
        return fail(found.error().code, "crl: " + found.error().message);
    for (const auto& list : *found) {
        if (X509_STORE_add_crl(trust.store_.get(), list.get()) != 1)
            return fail(Errc::malformed, "crl: " + openssl_reason());
    }
    auto lists = std::make_shared<CheckedLists>(*std::move(authorities), *std::move(found));
    MCO_CHECK(lists->watch(trust.store_.get()));
    trust.lists_ = std::move(lists);
    return trust;
}

Expected<Verified> TrustStore::verify(const std::vector<std::string_view>& chain,
                                      Purpose purpose,
                                      TimePoint now) const {
    MCO_TRY(shown, presented(chain));
    const CertificatePtr& leaf = shown.certificates.front();
    Attempt wanted{
        store_.get(), leaf.get(), shown.others.get(), X509_PURPOSE_SSL_CLIENT, lists_.get(), now};
    bool good = false;
    StoreContext context = attempt(wanted, good);
    if (context && !good && purpose == Purpose::node &&
        X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_INVALID_PURPOSE) {
        wanted.openssl_purpose = X509_PURPOSE_SSL_SERVER;
        context = attempt(wanted, good);
    }
    if (!good) {
        std::string why = context ? refusal(context.get(), purpose) : "chain: " + openssl_reason();
        ERR_clear_error();
        return fail(Errc::denied, std::move(why));
    }
    MCO_TRY(signer, signer_of(leaf, purpose));
    Verified verified{std::move(signer), TimePoint::min(), TimePoint::max()};
    const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(path); ++i) {
        bound(verified, time_of(X509_get0_notBefore(sk_X509_value(path, i))), now);
        bound(verified, time_of(X509_get0_notAfter(sk_X509_value(path, i))), now);
    }
    if (!lists_)
        return verified;
    for (const auto& list : lists_->lists()) {
        bound(verified, time_of(X509_CRL_get0_lastUpdate(list.get())), now);
        bound(verified, time_of(X509_CRL_get0_nextUpdate(list.get())), now);
    }
    return verified;
}

Expected<std::shared_ptr<const Signer>> TrustStore::signer_of(const CertificatePtr& certificate,
                                                              Purpose purpose) const {
    MCO_TRY(name, common_name(certificate.get()));
    const EVP_PKEY* read = X509_get0_pubkey(certificate.get());
    if (read == nullptr)
        return fail(Errc::denied,
                    "chain: the key of " + name + " is unreadable: " + openssl_reason());
    auto key = public_key_of(read);
    if (!key)
        return fail(Errc::denied, "chain: " + key.error().message + " (" + name + ")");
    const bool calls = purpose == Purpose::caller;
    return std::make_shared<const Signer>(
        std::move(name),
        *std::move(key),
        keys_,
        calls ? certificate : nullptr,
        calls ? puppet_extensions(certificate.get()) : message::Trusted());
}

Expected<void> TrustStore::check_issued(const std::vector<CertificatePtr>& chain) const {
    const Presented own = presented(chain);
    bool good = false;
    const StoreContext context = attempt({store_.get(),
                                          own.certificates.at(0).get(),
                                          own.others.get(),
                                          X509_PURPOSE_ANY,
                                          nullptr,
                                          std::nullopt},
                                         good);
    if (good)
        return {};
    std::string why = context ? refusal(context.get(), Purpose::caller) : openssl_reason();
    ERR_clear_error();
    return fail(Errc::invalid, std::move(why));
}

}  // namespace mco::x509
