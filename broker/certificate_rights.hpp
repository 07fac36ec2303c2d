// Rights that follow from a verified certificate alone, without a users file (`rights =
// certificate`): callers are clients, everybody else whom the authority issued a certificate is the
// node of that name.
#pragma once

#include "broker/users.hpp"
#include "core/filter/pattern.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::broker {

/// Copies are cheap. Any thread.
class CertificateRights {
  public:
    /// `callers` are regular expressions for whole common names, as plugin.x509.callers has them.
    /// Errors: those of Pattern::compile.
    static Expected<CertificateRights> create(const std::vector<std::string>& callers);

    /// The account `cert=NAME`: a client, or a node with the name as its only identity. A client's
    /// identity stays open, because `mco` names its reply queues after the host. Null for the empty
    /// name and for a name that no pattern could be tried on within the limits.
    AccountPtr account(std::string_view common_name) const;

  private:
    std::vector<filter::Pattern> callers_;
};

}  // namespace mco::broker
