// Revocation lists of which the signature is checked once, and not with every certificate: a list
// of ten thousand revoked certificates has half a megabyte.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/openssl.hpp"

#include <openssl/x509_vfy.h>

#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace mco::x509 {

/// The authorities and lists of one X509_STORE. Any thread.
///
/// OpenSSL decides with every certificate which list counts, whether it is current, and whether the
/// certificate stands in it. Whether the list is what its issuer signed, and whether that issuer
/// may sign lists, cannot change: that is what is remembered, of plain lists (without extensions
/// that limit what they are about) by authorities in the store, which are the same objects each
/// time.
class CheckedLists {
  public:
    CheckedLists(std::vector<CertificatePtr> authorities,
                 std::vector<std::shared_ptr<X509_CRL>> lists);

    /// From now on verifications with this store, after attach(), ask us. Errors: limit.
    Expected<void> watch(X509_STORE* store);

    /// To be called for each verification.
    void attach(X509_STORE_CTX* context) const;

    const std::vector<std::shared_ptr<X509_CRL>>& lists() const { return lists_; }

  private:
    using Pair = std::pair<const X509_CRL*, const X509*>;  // list and issuer

    static int check(X509_STORE_CTX* context, X509_CRL* list);
    bool may_remember(const Pair& pair) const;
    bool knows(const Pair& pair) const;
    void remember(const Pair& pair) const;

    const std::vector<CertificatePtr> authorities_;
    const std::vector<std::shared_ptr<X509_CRL>> lists_;
    X509_STORE_CTX_check_crl_fn usual_ = nullptr;  // OpenSSL's own check
    mutable std::mutex mutex_;                     // guards good_
    mutable std::set<Pair> good_;
};

}  // namespace mco::x509
