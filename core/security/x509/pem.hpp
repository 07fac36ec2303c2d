// Certificates, keys and revocation lists from PEM text.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::x509 {

/// Every certificate in `pem`, in order; other blocks are passed over. Errors: malformed; not_found
/// when there is none.
Expected<std::vector<CertificatePtr>> certificates_from_pem(std::string_view pem);

/// Every revocation list in `pem`. Errors as above.
Expected<std::vector<std::shared_ptr<X509_CRL>>> revocation_lists_from_pem(std::string_view pem);

/// The unencrypted private key in `pem`; nobody is asked for a passphrase. Errors: malformed,
/// without any of the key.
Expected<KeyPtr> private_key_from_pem(std::string_view pem);

/// The certificate that is exactly these bytes. Errors: malformed.
Expected<CertificatePtr> certificate_from_der(std::string_view der);
Expected<std::string> certificate_to_der(const X509* certificate);

/// The subject's common name. There must be exactly one, of the characters `A-Z a-z 0-9 _ . -`, and
/// neither `.` nor `..` (protocol §13.1 row 5). Errors: invalid.
Expected<std::string> common_name(const X509* certificate);

/// A subject or issuer as people write it, the common name first: `CN = web1, O = Lab`. Parts that
/// are not printable ASCII are shown with `?`; `a name without parts` when there is nothing. For
/// people only: nothing may be decided by it.
std::string written_name(const X509_NAME* name);

/// The first moment at which the certificate is valid, and at which it is not any more.
TimePoint beginning(const X509* certificate);
TimePoint expiry(const X509* certificate);

}  // namespace mco::x509
