// Whom a certificate chain belongs to, by the site's certificate authority and its revocation lists
// (design §5), and the memory of chains that were verified already.
#pragma once

#include "core/error.hpp"
#include "core/message/message.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/signature.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::x509 {

/// What a signer's certificate must allow, if its extended key usage restricts it.
enum class Purpose : std::uint8_t {
    caller,  ///< client authentication
    node,    ///< server or client authentication
};

/// The owner of a verified chain.
struct Signer {
    std::string name;  ///< the common name
    Algorithm algorithm;
    Verifier verifier;  ///< of the thread that the cache belongs to
    CertificatePtr certificate;
    message::Trusted extensions;  ///< read once, when the chain is verified
};

/// A verdict, and how long it stays the same: it depends on time only through the limits written in
/// certificates and lists.
struct Verified {
    Signer signer;
    TimePoint since;  ///< first moment
    TimePoint until;  ///< first moment after
};

/// The authority's certificates and revocation lists. Immutable; any thread.
class TrustStore {
  public:
    /// `ca_pem`: the root and any intermediates. With `crl_pem` every certificate of a chain needs
    /// a current list of its issuer. Errors, which begin with `ca: ` or `crl: `: malformed,
    /// not_found.
    static Expected<TrustStore> make(std::string_view ca_pem,
                                     const std::optional<std::string>& crl_pem);

    /// `chain`: DER, the signer's certificate first. The Error's text names the check that failed;
    /// its code is malformed for what is no certificate and denied otherwise.
    Expected<Verified> verify(const std::vector<std::string_view>& chain,
                              Purpose purpose,
                              TimePoint now) const;

    /// Does the certificate come from this authority, whatever the time and the lists say? For our
    /// own at start-up.
    Expected<void> check_issued(const std::vector<CertificatePtr>& chain) const;

  private:
    TrustStore() = default;

    std::shared_ptr<X509_STORE> store_;  // shared by copies
    std::vector<std::shared_ptr<X509_CRL>> lists_;
};

/// Remembers verified chains, byte by byte; a chain that failed is tried again every time. One
/// thread.
class ChainCache {
  public:
    explicit ChainCache(std::size_t capacity) : capacity_(capacity) {}

    /// As TrustStore::verify, which is only asked when the answer is not known or its time has
    /// passed.
    Expected<std::shared_ptr<const Signer>> signer(const TrustStore& trust,
                                                   const std::vector<std::string_view>& chain,
                                                   Purpose purpose,
                                                   TimePoint now);

    std::size_t size() const { return entries_.size(); }

    /// How often TrustStore::verify was asked.
    std::size_t verifications() const { return verifications_; }

  private:
    struct Entry {
        std::shared_ptr<const Signer> signer;  // also held by whoever is using it
        TimePoint since;
        TimePoint until;
    };

    std::size_t capacity_;
    std::size_t verifications_ = 0;
    std::unordered_map<std::string, Entry> entries_;
    std::deque<const std::string*>
        order_;  // keys of entries_, oldest first: the one to go when full
};

}  // namespace mco::x509
