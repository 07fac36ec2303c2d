// What most applications do with client/agent_call.hpp: run a call with a progress bar,
// print results and statistics.
#pragma once

#include "cli/application.hpp"
#include "client/agent_call.hpp"
#include "client/outcome.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::cli {

using client::AgentCall;

/// Checks a call against the catalogue and the user's settings. Nothing is sent. Errors:
/// not_found, invalid.
Expected<AgentCall> check_call(Context& context,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs);

/// What is shown while a call runs.
struct Showing {
    bool notice = false;      ///< where and how long nodes are looked for, on standard error
    bool progress = false;    ///< the bar
    bool replies = false;     ///< each as a line when it arrives, if that is the form of output
    bool consented = false;   ///< whoever asks has said already that these nodes are meant
    bool asks_later = false;  ///< a pipe holds the answer to a question that follows, not names
};

/// Finds the nodes of the user's filter and calls them.
Expected<client::Outcome> run_call(Context& context, const AgentCall& call, const Showing& showing);

/// Calls one node without looking for it.
Expected<client::Outcome> run_call_on(Context& context,
                                      const AgentCall& call,
                                      const std::string& node);

/// Calls the nodes of the user's filter and waits for nothing; the replies go to `reply_to`, if
/// there are any. Returns the request's id. The original looks for nodes only where it has to send
/// to each of them.
Expected<std::string> run_unattended(Context& context,
                                     const AgentCall& call,
                                     const std::string& reply_to);

/// The nodes that a list of the user's names, on standard input or by a method that was chosen.
/// Nothing if there is no such list: then the network is meant. Errors as find_nodes().
Expected<std::optional<std::vector<std::string>>> listed_nodes(Context& context);

/// The nodes of the user's filter that have `agent`.
Expected<client::Targets> find_nodes(Context& context,
                                     const std::string& agent,
                                     const Showing& showing);

/// The results in the form that was asked for. Lines of JSON were shown by run_call(), if its
/// Showing said so: then only what follows them is printed.
void print_results(Context& context, const AgentCall& call, const client::Outcome& outcome);

enum class Summarize { no, yes };

/// The statistics block, unless the output is JSON; with the aggregates of the DDL if they are
/// asked for.
void print_statistics(Context& context,
                      const client::Outcome& outcome,
                      std::string_view caption,
                      Summarize summarize);

/// Who is missing and why, on standard error; JSON carries it itself.
void print_missing(Context& context, const std::vector<client::Missing>& missing);

/// How many answers were dropped unproven, and why, on standard error.
void warn_of_unproven(Context& context, const client::Session& session);

}  // namespace mco::cli
