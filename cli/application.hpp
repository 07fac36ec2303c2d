// What a subcommand of `mco` is, and everything it is given to work with.
#pragma once

#include "cli/input.hpp"
#include "cli/screen.hpp"
#include "cli/settings.hpp"
#include "client/estate.hpp"
#include "client/link.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace mco::cli {

struct Application;
class Commands;     // commands.hpp
struct Candidate;   // completion.hpp
struct Completing;  // completion.hpp

/// One run of one application.
struct Context {
    const Application& application;
    const Commands& commands;       ///< of this program, this one included
    const options::Parsed& parsed;  ///< every option, and the words that are none
    const Settings& settings;
    const client::Estate& estate;
    Screen& screen;
    Terminal terminal;
    render::Palette palette;        ///< of standard output
    render::Palette error_palette;  ///< of standard error
    client::Link& link;
    Input& input;
};

/// Of words: the application looks at them by itself.
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Application {
    std::string_view name;
    std::string_view description;  ///< one line, for `mco help`
    OptionGroups groups;
    std::vector<std::string> (*usages)();           ///< for the help screen; null: none
    std::vector<options::OptionSpec> (*options)();  ///< its own; null: none
    /// Returns the exit code. What is wrong is said in one way for all applications: by an Error.
    Expected<int> (*run)(Context& context);
    /// What its next word may be, for completion; null: it has no words of a known kind.
    std::vector<Candidate> (*words)(const Completing& line) = nullptr;
    /// How many words there may be. What is surplus is refused, or somebody who forgot an -I would
    /// mean everybody.
    std::size_t most_words = 0;
    /// The agent of the call that the words describe, empty if they describe none yet: for
    /// --list-targets. Null: nodes are not called, or not by the filter.
    std::string (*agent)(const options::Parsed& parsed) = nullptr;
};

/// Refuses words beyond the first `most`. `command`: as it is typed. Errors: invalid, with what
/// may have been meant.
Expected<void> refuse_surplus(std::string_view command,
                              const std::vector<std::string>& words,
                              std::size_t most);

/// The help screen of one.
std::string help_screen(const Application& application);

/// Its own options and those it shares.
std::vector<options::OptionSpec> all_options(const Application& application);

/// Our version, as `mco` prints it.
std::string_view version();

}  // namespace mco::cli
