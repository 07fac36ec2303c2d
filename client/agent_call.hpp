// What most applications do: check a call against the agent's DDL, run it with a progress bar,
// print results and statistics.
#pragma once

#include "client/application.hpp"
#include "client/call.hpp"
#include "client/outcome.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// A call whose agent and action are declared and whose inputs are valid.
struct AgentCall {
    const ddl::Ddl* ddl = nullptr;        ///< owned by the context's catalogue
    const ddl::Action* action = nullptr;  ///< within *ddl
    Request request;
};

/// Fills in defaults, checks the inputs, adds the agent to the filter. Nothing is sent. Errors:
/// not_found, invalid.
Expected<AgentCall> check_call(Context& context,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs);

/// The filter with the agent in it: only nodes that have it are meant.
filter::Filter with_agent(filter::Filter filter, const std::string& agent);

/// Inputs as typed, by name, converted to the types that the DDL declares. Errors: invalid.
Expected<Map> convert_inputs(const ddl::Ddl& ddl, const std::string& action, const Map& typed);

/// What is shown while a call runs.
struct Showing {
    bool notice = false;    ///< where and how long nodes are looked for, on standard error
    bool progress = false;  ///< the bar
    bool replies = false;   ///< each as a line when it arrives, if that is the form of output
    bool piped = false;     ///< nodes may come from standard input
};

/// Finds the nodes of the user's filter and calls them.
Expected<Outcome> run_call(Context& context, const AgentCall& call, const Showing& showing);

/// Calls one node without looking for it.
Expected<Outcome> run_call_on(Context& context, const AgentCall& call, const std::string& node);

/// Calls the nodes of the user's filter and waits for nothing; the replies go to `reply_to`, if
/// there are any. Returns the request's id. The original looks for nodes only where it has to send
/// to each of them.
Expected<std::string> run_unattended(Context& context,
                                     const AgentCall& call,
                                     const std::string& reply_to);

/// The nodes of the user's filter that have `agent`.
Expected<Targets> find_nodes(Context& context, const std::string& agent, const Showing& showing);

/// The results in the form that was asked for. Lines of JSON were shown by run_call(), if its
/// Showing said so: then only what follows them is printed.
void print_results(Context& context, const AgentCall& call, const Outcome& outcome);

enum class Summarize { no, yes };

/// The statistics block, unless the output is JSON; with the aggregates of the DDL if they are
/// asked for.
void print_statistics(Context& context,
                      const Outcome& outcome,
                      std::string_view caption,
                      Summarize summarize);

/// Who is missing and why, on standard error; JSON carries it itself.
void print_missing(Context& context, const std::vector<Missing>& missing);

/// What direct addressing means under this configuration.
Addressing addressing(const config::Config& config);

/// How many answers were dropped unproven, and why, on standard error.
void warn_of_unproven(Context& context, const Session& session);

}  // namespace mco::client
