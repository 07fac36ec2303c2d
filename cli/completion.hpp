// What may stand next on a command line of `mco`, for the shells' completion: from declarations,
// tables and files only, never from the network.
#pragma once

#include "client/catalogue.hpp"
#include "core/config/config.hpp"
#include "core/options/parser.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::cli {

class Commands;  // commands.hpp

struct Candidate {
    std::string text;
    std::string description = {};

    bool operator==(const Candidate&) const = default;
};

using Candidates = std::vector<Candidate>;

/// Stands alone instead of candidates where a file name is wanted: the shell finds those itself.
constexpr std::string_view file_names = ":files";

/// Where candidates come from.
struct Sources {
    const Commands& commands;
    client::Catalogue& catalogue;
    const config::Config& config;
    std::function<std::vector<std::string>()> nodes;  ///< names of those that were seen
};

/// An application's line up to the word that is being typed.
struct Completing {
    const Sources& sources;
    const options::Parsed& before;  ///< the complete words; what is wrong in them is left out
    std::string_view word;          ///< so far
};

/// What may become of the last of `words`, which may be empty; the others follow the program's
/// name. Sorted, each once; nothing where anything goes. What is wrong with a declaration or an
/// option only takes candidates away. A candidate that ends with `=` wants to be continued.
Candidates complete(const Sources& sources, const std::vector<std::string>& words);

// Parts of that, which applications use for words of their own.

Candidates plain(const std::vector<std::string>& texts);

Candidates application_names(const Commands& commands);

/// With the descriptions of those that can be read.
Candidates plugin_names(client::Catalogue& catalogue, const client::PluginType& type);

/// Of an agent; none if there is no such agent.
Candidates action_names(client::Catalogue& catalogue, const std::string& agent);

/// `KEY=`, and behind it `KEY=VALUE` where the declaration knows the values.
Candidates input_words(client::Catalogue& catalogue,
                       const std::string& agent,
                       const std::string& action,
                       std::string_view word);

/// The names of an application's options, with their dashes.
Candidates option_names(const std::vector<options::OptionSpec>& specs);

}  // namespace mco::cli
