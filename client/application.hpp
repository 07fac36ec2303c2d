// What a subcommand of `mco` is, and everything it is given to work with.
#pragma once

#include "client/catalogue.hpp"
#include "client/input.hpp"
#include "client/node_memory.hpp"
#include "client/screen.hpp"
#include "client/session.hpp"
#include "client/settings.hpp"
#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"
#include "system/log.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// The way to the broker; nothing is touched before somebody asks for it.
class Link {
  public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// Connected; the same one every time. Errors say what to do. An interrupt is an Error without
    /// a message.
    virtual Expected<Session*> session() = 0;
};

struct Application;
struct Candidate;   // completion.hpp
struct Completing;  // completion.hpp

/// One run of one application.
struct Context {
    const Application& application;
    const options::Parsed& parsed;  ///< every option, and the words that are none
    const Settings& settings;
    const config::Config& config;
    Catalogue& catalogue;
    Screen& screen;
    Terminal terminal;
    render::Palette palette;        ///< of standard output
    render::Palette error_palette;  ///< of standard error
    system::Log& log;
    Link& link;
    Input& input;
    NodeMemoryFile& memory;
    std::optional<std::string> home;  ///< of the user, where certificates may be
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

/// All of them, sorted by name.
std::span<const Application> applications();

/// Null if there is none of that name.
const Application* find_application(std::string_view name);

/// The help screen of one.
std::string help_screen(const Application& application);

/// Its own options and those it shares.
std::vector<options::OptionSpec> all_options(const Application& application);

/// Our version, as `mco` prints it.
std::string_view version();

}  // namespace mco::client
