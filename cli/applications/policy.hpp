// The parts of `mco policy`: finding strange policies, and the node that a decision is explained
// for.
#pragma once

#include "cli/application.hpp"
#include "core/filter/compound.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::cli {

/// What is known of a node whose policies are asked.
struct PolicyNode {
    Map facts;
    std::vector<std::string> classes;
    filter::DataLookup data;  ///< empty: data plug-ins cannot be asked
};

/// Asks the node itself, through rpcutil; its data plug-ins, too. The context outlives the result.
/// Errors: what the broker or the node says.
Expected<PolicyNode> ask_node(Context& context, const std::string& name);

/// This machine, as `server` describes it, or as --facts and --classes do. Facts that no file holds
/// (factsource facter) are not known here. Errors: the file that cannot be read.
Expected<PolicyNode> local_node(const options::Parsed& parsed, const config::Config* server);

/// `mco policy lint FILE…`: 0 when there is nothing to say.
Expected<int> lint_policies(Context& context, const std::vector<std::string>& files);

}  // namespace mco::cli
