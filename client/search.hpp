// Which nodes a call is for: where they are looked for, who of them is taken, and who was expected
// besides (client specification §4, §2.5; design D11).
#pragma once

#include "client/application.hpp"
#include "client/call.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <string>
#include <vector>

namespace mco::client {

/// Where the user's choice and the filter lead: `mc`, or a method of client/sources. Standard input
/// is taken into account if `piped` says so. Errors (invalid): the method is unknown, cannot judge
/// the filter, or needs direct addressing.
Expected<DiscoveryChoice> choose_method(Context& context, const filter::Filter& filter, bool piped);

/// Looks for the nodes that `filter` selects and applies the limit. `link` is only touched when the
/// network has to be asked. What the network answered is remembered. Errors: those of the method;
/// an interrupt is one without a message.
Expected<Targets> search(Context& context,
                         const filter::Filter& filter,
                         const DiscoveryChoice& choice,
                         Status& status);

/// Remembers that these nodes, and nobody else, answered a discovery with this filter. Returns
/// those who were expected besides, by name.
std::vector<std::string> remember(Context& context,
                                  const filter::Filter& filter,
                                  std::vector<std::string> found,
                                  TimePoint now);

/// The `expected` who are not among the `found`, in their order.
std::vector<std::string> without(const std::vector<std::string>& expected,
                                 std::vector<std::string> found);

/// What nodes are remembered under.
Estate estate(const Context& context);

}  // namespace mco::client
