// What certificates, keys and revocation lists say of themselves and of each other. Pure.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::doctor {

struct CertificateFacts {
    std::string name;     ///< the common name
    std::string subject;  ///< as people write it: `CN = web1, O = Lab`
    std::string issuer;   ///< likewise
    TimePoint not_before;
    TimePoint not_after;
    bool client_authentication = true;  ///< allowed, or not restricted
    bool server_authentication = true;
};

struct RevocationListFacts {
    std::string issuer;  ///< as people write it
    TimePoint last_update;
    std::optional<TimePoint> next_update;
    std::size_t revoked = 0;  ///< entries
};

/// The first certificate in `pem`. Errors: malformed, not_found, invalid (its name).
Expected<CertificateFacts> examine_certificate(const std::string& pem);

/// Does the private key belong to the certificate? Errors: what cannot be read; never any of the
/// key.
Expected<bool> is_pair(const std::string& certificate_pem, const std::string& key_pem);

/// Errors: malformed, not_found.
Expected<std::vector<RevocationListFacts>> examine_revocation_lists(const std::string& pem);

/// Is the certificate on a list of its issuer? Errors: as above.
Expected<bool> is_revoked(const std::string& certificate_pem, const std::string& crl_pem);

/// Does the certificate come from the authority, whatever the time? Errors: why not.
Expected<void> check_issued(const std::string& certificate_pem, const std::string& ca_pem);

/// What others do with it: everything together at `now`. Errors: the check that failed.
struct Presented {
    std::string certificate_pem;
    std::string ca_pem;
    std::optional<std::string> crl_pem;
    bool as_node = false;  ///< as the node's certificate, not a caller's
};

Expected<void> verify(const Presented& presented, TimePoint now);

}  // namespace mco::doctor
