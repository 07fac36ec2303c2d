// A call of an action as a whole: checked against the agent's DDL, sent to the nodes of a filter,
// and its outcome with everybody who is missing.
#pragma once

#include "client/call_plan.hpp"
#include "client/compose.hpp"
#include "client/estate.hpp"
#include "client/outcome.hpp"
#include "client/search.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// A call whose agent and action are declared and whose inputs are valid.
struct AgentCall {
    const ddl::Ddl* ddl = nullptr;        ///< owned by the estate's catalogue
    const ddl::Action* action = nullptr;  ///< within *ddl
    Request request;
};

/// Fills in defaults, checks the inputs, adds the agent to the filter. Nothing is sent. Errors:
/// not_found, invalid.
Expected<AgentCall> check_call(Catalogue& catalogue,
                               const CallSettings& settings,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs);

/// The filter with the agent in it: only nodes that have it are meant.
filter::Filter with_agent(filter::Filter filter, const std::string& agent);

/// Inputs as typed, by name, converted to the types that the DDL declares. Those that it does not
/// declare stay text, if they are allowed or the action takes such. Errors: invalid.
Expected<Map> convert_inputs(const ddl::Ddl& ddl,
                             const std::string& action,
                             const Map& typed,
                             bool allow_undeclared);

/// Finds the nodes of the call's filter in the `wished` way and calls them. The outcome holds the
/// results in the order of arrival, the aggregates of the DDL, and who is missing. Errors: those of
/// choose_method() and search(), and of a conversation.
Expected<Outcome> call_nodes(const Caller& caller,
                             const AgentCall& call,
                             const DiscoveryChoice& wished,
                             Status& status);

/// The same for nodes that search() found by `method`.
Expected<Outcome> call_found(const Caller& caller,
                             const AgentCall& call,
                             const std::string& method,
                             Targets targets,
                             Status& status);

/// Calls one node without looking for it; otherwise the same.
Expected<Outcome> call_node(const Caller& caller,
                            const AgentCall& call,
                            const std::string& node,
                            Status& status);

/// Calls the nodes of the call's filter and waits for nothing; the replies go to `reply_to`, if
/// there are any. Returns the request's id. The original looks for nodes only where it has to send
/// to each of them. Errors: as call_nodes(), and invalid for batches.
Expected<std::string> call_unattended(const Caller& caller,
                                      const AgentCall& call,
                                      const std::string& reply_to,
                                      Status& status);

}  // namespace mco::client
