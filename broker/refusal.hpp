// Says which right is missing, for the log and for the peer.
#pragma once

#include "broker/rights.hpp"

#include <string>
#include <string_view>

namespace mco::broker {

/// Why `rights` do not allow it: one clause, without a full stop. To be asked only after
/// Rights::may_publish() refused.
std::string why_not_publish(const Rights& rights, std::string_view destination);

/// The same after Rights::may_subscribe() refused.
std::string why_not_subscribe(const Rights& rights, std::string_view destination);

}  // namespace mco::broker
