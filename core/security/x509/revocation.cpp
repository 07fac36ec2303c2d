#include "core/security/x509/revocation.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace mco::x509 {

namespace {

using StoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

/// It is about all certificates of its issuer, and complete.
bool is_plain(const X509_CRL* list) {
    return X509_CRL_get_ext_by_NID(list, NID_issuing_distribution_point, -1) < 0 &&
           X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) < 0 &&
           X509_CRL_get_ext_by_critical(list, 1, -1) < 0;
}

/// At the time of the verification. A list that names no end never becomes too old.
bool is_current(const X509_CRL* list, X509_STORE_CTX* context) {
    std::time_t now = X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(context));
    const ASN1_TIME* end = X509_CRL_get0_nextUpdate(list);
    return X509_cmp_time(X509_CRL_get0_lastUpdate(list), &now) < 0 &&
           (end == nullptr || X509_cmp_time(end, &now) > 0);
}

}  // namespace

CheckedLists::CheckedLists(std::vector<CertificatePtr> authorities,
                           std::vector<std::shared_ptr<X509_CRL>> lists)
    : authorities_(std::move(authorities)), lists_(std::move(lists)) {}

Expected<void> CheckedLists::watch(X509_STORE* store) {
    const StoreContext context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store, nullptr, nullptr) != 1)
        return fail(Errc::limit, "no memory for revocation lists");
    usual_ = X509_STORE_CTX_get_check_crl(context.get());
    X509_STORE_set_check_crl(store, &CheckedLists::check);
    return {};
}

void CheckedLists::attach(X509_STORE_CTX* context) const {
    // OpenSSL hands it back as it is; check() changes nothing but what the mutex guards
    X509_STORE_CTX_set_app_data(context, const_cast<CheckedLists*>(this));  // NOLINT(*-const-cast)
}

int CheckedLists::check(X509_STORE_CTX* context, X509_CRL* list) {
    const auto* const self = static_cast<const CheckedLists*>(X509_STORE_CTX_get_app_data(context));
    if (self == nullptr) {  // a verification inside ours, of somebody who signs lists for others
        X509_STORE_CTX_set_error(context, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER);
        return 0;
    }
    const Pair pair{list, X509_STORE_CTX_get0_current_issuer(context)};
    const bool lasting = self->may_remember(pair);
    if (lasting && self->knows(pair) && is_current(list, context))
        return 1;
    const int good = self->usual_(context, list);
    if (lasting && good == 1)
        self->remember(pair);
    return good;
}

bool CheckedLists::may_remember(const Pair& pair) const {
    const auto is = [](const auto* wanted) {
        return [wanted](const auto& one) { return one.get() == wanted; };
    };
    return std::any_of(lists_.begin(), lists_.end(), is(pair.first)) &&
           std::any_of(authorities_.begin(), authorities_.end(), is(pair.second)) &&
           is_plain(pair.first);
}

bool CheckedLists::knows(const Pair& pair) const {
    const std::lock_guard lock(mutex_);
    return good_.contains(pair);
}

void CheckedLists::remember(const Pair& pair) const {
    const std::lock_guard lock(mutex_);
    good_.insert(pair);
}

}  // namespace mco::x509
