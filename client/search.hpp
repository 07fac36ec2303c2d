// Which nodes a call is for: where they are looked for, who of them is taken, and who was expected
// besides (client specification §4, §2.5; design D11).
#pragma once

#include "client/application.hpp"
#include "client/call.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <string>

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

/// What nodes are remembered under.
Estate estate(const Context& context);

}  // namespace mco::client
