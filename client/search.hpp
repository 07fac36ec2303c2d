// Which nodes a call is for: where they are looked for, who of them is taken, and who was expected
// besides (client specification §4, §2.5; design D11).
#pragma once

#include "client/call_plan.hpp"
#include "client/call_settings.hpp"
#include "client/discovery.hpp"
#include "client/estate.hpp"
#include "client/link.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace mco::client {

/// Who looks for nodes and calls them: with what, as whom it is wished, over which link. All of it
/// outlives the call.
struct Caller {
    const Estate& estate;
    const CallSettings& settings;
    Link& link;
    std::function<std::istream&()> names;  ///< opens what the method `stdin` reads
};

/// Where a choice and the filter lead: `mc`, or a method of client/sources. Errors (invalid): the
/// method is unknown, cannot judge the filter, or needs direct addressing.
Expected<DiscoveryChoice> choose_method(const Estate& estate,
                                        const DiscoveryChoice& wished,
                                        const filter::Filter& filter);

/// Looks for the nodes that `filter` selects and applies the limit. The link is only touched when
/// the network has to be asked. What the network answered is remembered. Errors: those of the
/// method; limit if there are more nodes than the settings allow; an interrupt is one without a
/// message.
Expected<Targets> search(const Caller& caller,
                         const filter::Filter& filter,
                         const DiscoveryChoice& choice,
                         Status& status);

/// How the network is to be asked for the nodes of a filter, with those who are expected.
DiscoveryPlan plan_discovery(const Estate& estate,
                             const CallSettings& settings,
                             const filter::Filter& filter);

/// Remembers who was found by `plan`, notes who was expected besides, and applies the limit.
Targets take_found(const Estate& estate,
                   const CallSettings& settings,
                   const filter::Filter& filter,
                   const DiscoveryPlan& plan,
                   Targets found,
                   TimePoint now);

/// Remembers that these nodes, and nobody else, answered a discovery with this filter in
/// `collective`. Returns those who were expected besides, by name.
std::vector<std::string> remember(const Estate& estate,
                                  const std::string& collective,
                                  const filter::Filter& filter,
                                  std::vector<std::string> found,
                                  TimePoint now);

/// The `expected` who are not among the `found`, in their order.
std::vector<std::string> without(const std::vector<std::string>& expected,
                                 std::vector<std::string> found);

/// What direct addressing means under this configuration.
Addressing addressing(const config::Config& config);

}  // namespace mco::client
