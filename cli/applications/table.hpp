// The applications' functions, one file each; applications/table.cpp puts them into rows.
#pragma once

#include "cli/application.hpp"
#include "cli/completion.hpp"

#include <string>
#include <vector>

namespace mco::cli {

std::vector<options::OptionSpec> completion_options();
Expected<int> run_completion(Context& context);

std::vector<std::string> describe_filter_usages();
Expected<int> run_describe_filter(Context& context);

std::vector<std::string> doctor_usages();
std::vector<options::OptionSpec> doctor_options();
Expected<int> run_doctor(Context& context);

std::vector<std::string> facts_usages();
Expected<int> run_facts(Context& context);

Expected<int> run_find(Context& context);
/// The nodes of the user's filter that have `agent`, as `mco find` lists them.
Expected<int> list_nodes(Context& context, const std::string& agent);

std::vector<std::string> help_usages();
Expected<int> run_help(Context& context);

std::vector<std::string> inventory_usages();
std::vector<options::OptionSpec> inventory_options();
Expected<int> run_inventory(Context& context);

std::vector<options::OptionSpec> ping_options();
Expected<int> run_ping(Context& context);

std::vector<std::string> plugin_usages();
std::vector<options::OptionSpec> plugin_options();
Expected<int> run_plugin(Context& context);

std::vector<std::string> policy_usages();
std::vector<options::OptionSpec> policy_options();
Expected<int> run_policy(Context& context);

std::vector<std::string> rpc_usages();
std::vector<options::OptionSpec> rpc_options();
Expected<int> run_rpc(Context& context);
std::string rpc_agent(const options::Parsed& parsed);

// Of words.cpp: what may follow, for completion.
Candidates help_words(const Completing& line);
Candidates node_word(const Completing& line);
Candidates plugin_words(const Completing& line);
Candidates policy_words(const Completing& line);
Candidates rpc_words(const Completing& line);

}  // namespace mco::cli
