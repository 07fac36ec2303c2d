// The authority that callers' certificates of aes_security must come from (plugin.aes.ca_cert,
// protocol §4.5). There are no revocation lists here: a certificate is withdrawn by removing its
// file.
#pragma once

#include "core/error.hpp"
#include "core/security/legacy/rsa.hpp"
#include "core/time.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace mco::security {

/// Immutable; any thread.
class Authority {
  public:
    /// The certificates of the authority. Errors: malformed, not_found.
    static Expected<Authority> from_pem(std::string_view pem);

    /// Is it a certificate of `name`, issued by us and valid at `now`? Errors: denied.
    Expected<void> check(const PublicKey& key, const std::string& name, TimePoint now) const;

  private:
    explicit Authority(std::shared_ptr<X509_STORE> store) : store_(std::move(store)) {}

    std::shared_ptr<X509_STORE> store_;  // shared by copies
};

}  // namespace mco::security
