// What a subcommand of `mco` is, and everything it is given to work with.
#pragma once

#include "cli/input.hpp"
#include "cli/screen.hpp"
#include "cli/settings.hpp"
#include "client/estate.hpp"
#include "client/link.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"

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
};

/// The help screen of one.
std::string help_screen(const Application& application);

/// Its own options and those it shares.
std::vector<options::OptionSpec> all_options(const Application& application);

/// Our version, as `mco` prints it.
std::string_view version();

}  // namespace mco::cli
