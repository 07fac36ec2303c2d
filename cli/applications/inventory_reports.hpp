// The reports of `mco inventory`: scripts, templates and the map of collectives (spec 1.5).
#pragma once

#include "cli/application.hpp"
#include "client/outcome.hpp"
#include "core/error.hpp"

#include <string>

namespace mco::cli {

/// Calls an action of rpcutil without inputs on the nodes of the user's filter.
Expected<client::Outcome> ask_nodes(Context& context, const std::string& action);

/// `--script FILE`. Errors also name the file and line of the script.
Expected<int> run_script(Context& context, const std::string& file);

/// `--report FILE`.
Expected<int> fill_report(Context& context, const std::string& file);

/// `--collective-graph FILE`; `-` is standard output.
Expected<int> draw_graph(Context& context, const std::string& file);

}  // namespace mco::cli
