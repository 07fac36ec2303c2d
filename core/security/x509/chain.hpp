// Whom a certificate chain belongs to, by the site's certificate authority and its revocation lists
// (design §5).
#pragma once

#include "core/error.hpp"
#include "core/message/message.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/public_key.hpp"
#include "core/security/x509/revocation.hpp"
#include "core/security/x509/signature.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::x509 {

/// What a signer's certificate must allow, if its extended key usage restricts it.
enum class Purpose : std::uint8_t {
    caller,  ///< client authentication
    node,    ///< server or client authentication
};

/// The owner of a verified chain: as much of the certificate as somebody asks for later.
struct Signer {
    Signer(std::string common_name,
           PublicKey key,
           std::shared_ptr<const KeyMaker> keys,
           CertificatePtr shown = nullptr,
           message::Trusted said = {})
        : name(std::move(common_name)),
          verifier(std::move(key), std::move(keys)),
          certificate(std::move(shown)),
          extensions(std::move(said)) {}

    const std::string name;  ///< the common name
    const Verifier verifier;
    const CertificatePtr certificate;   ///< a caller's, to encrypt for; null for a node
    const message::Trusted extensions;  ///< a caller's; empty for a node
};

/// A verdict, and how long it stays the same: it depends on time only through the limits written in
/// certificates and lists.
struct Verified {
    std::shared_ptr<const Signer> signer;  ///< never null; also held by whoever is using it
    TimePoint since;                       ///< first moment
    TimePoint until;                       ///< first moment after

    bool holds(TimePoint now) const { return now >= since && now < until; }
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

    /// Makes the keys of verified signers.
    const std::shared_ptr<const KeyMaker>& keys() const { return keys_; }

  private:
    TrustStore() = default;

    Expected<std::shared_ptr<const Signer>> signer_of(const CertificatePtr& certificate,
                                                      Purpose purpose) const;

    std::shared_ptr<X509_STORE> store_;          // shared by copies
    std::shared_ptr<const CheckedLists> lists_;  // shared by copies; null: no revocation
    std::shared_ptr<const KeyMaker> keys_;       // shared with the signers
};

}  // namespace mco::x509
