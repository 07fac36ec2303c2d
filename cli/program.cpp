#include "cli/program.hpp"

#include "cli/applications/table.hpp"
#include "cli/broker_link.hpp"
#include "cli/render/listing.hpp"
#include "client/select.hpp"
#include "system/clock.hpp"
#include "system/config_files.hpp"
#include "system/log.hpp"
#include "system/log_sinks.hpp"
#include "system/private_files.hpp"
#include "system/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mco::cli {

namespace {

using Words = std::vector<std::string>;

/// Everything that is known before an application runs.
struct Start {
    const Commands& commands;
    std::string program;  ///< as we were called
    Chosen chosen;
    options::CommandLine line;
    ScreenVariables variables;
    std::optional<std::string> home;
    std::string cache_folder;  ///< empty: none

    const Application* application() const { return commands.find(chosen.name); }
};

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
    });
}

const char* c_string(const std::optional<std::string>& text) {
    return text ? text->c_str() : nullptr;
}

bool has_option(const Application& application, std::string_view name) {
    const auto specs =
        application.options == nullptr ? std::vector<options::OptionSpec>() : application.options();
    return std::any_of(specs.begin(), specs.end(), [name](const options::OptionSpec& spec) {
        return std::find(spec.longs.begin(), spec.longs.end(), name) != spec.longs.end();
    });
}

/// A command may have an option of that name; then only the word alone asks for ours.
bool asks_for_version(const Start& start) {
    const auto& words = start.chosen.words;
    const auto end = std::find(words.begin(), words.end(), "--");
    if (std::find(words.begin(), end, "--version") == end)
        return false;
    const auto* application = start.application();
    return words.size() == 1 || application == nullptr || !has_option(*application, "version");
}

std::vector<render::Command> listed(const Commands& commands) {
    std::vector<render::Command> all;
    for (const auto& application : commands.all())
        all.push_back({application.name, application.description});
    return all;
}

/// Commands that need nothing that only a configuration could tell.
bool works_unconfigured(std::string_view application) {
    constexpr std::array<std::string_view, 5> names = {
        "completion", "describe_filter", "help", "plugin", "policy"};
    return std::find(names.begin(), names.end(), application) != names.end();
}

/// A shell asks, for somebody who is typing.
bool completes_words(const Start& start) {
    const auto& words = start.chosen.words;
    const auto end = std::find(words.begin(), words.end(), "--");
    return start.chosen.name == "completion" && std::find(words.begin(), end, "--complete") != end;
}

/// The configuration that the words to be completed name, else the usual one, else none: pressing a
/// key is no reason for complaints.
system::LoadedConfig load_for_completion(const Start& start,
                                         const config::Environment& environment) {
    auto line = start.line;
    std::erase(line.words, "--");
    const auto file = options::config_option(line);
    auto loaded =
        system::load_config(system::Program::client, file.value_or(std::nullopt), environment);
    if (!loaded)
        return {};
    loaded->diagnostics = {};
    return *std::move(loaded);
}

/// The configuration; help is given without one, too, as long as none was asked for. The doctor
/// reads it by himself: whatever is wrong with it is his to tell.
Expected<system::LoadedConfig> load(const Start& start, const config::Environment& environment) {
    if (completes_words(start))
        return load_for_completion(start, environment);
    auto line = start.line;
    if (start.chosen.name.starts_with('-'))  // it is no command, but it counts: `mco -c FILE`
        line.words.insert(line.words.begin(), start.chosen.name);
    MCO_TRY(file, options::config_option(line));
    if (start.chosen.name == "doctor")
        return system::LoadedConfig{};
    auto loaded = system::load_config(system::Program::client, file, environment);
    const bool needed =
        file || (start.application() != nullptr && !works_unconfigured(start.chosen.name));
    if (loaded || needed || loaded.error().code != Errc::not_found)
        return loaded;
    return system::LoadedConfig{};
}

/// What somebody needs who has no configuration at all.
constexpr std::string_view first_configuration =
    "\nA first one for a broker on this machine, with the certificates that Puppet gave you:\n\n"
    "    connector = activemq\n"
    "    plugin.activemq.pool.size = 1\n"
    "    plugin.activemq.pool.1.host = localhost\n"
    "    plugin.activemq.pool.1.port = 61613\n"
    "    plugin.activemq.pool.1.user = USER\n"
    "    plugin.activemq.pool.1.password = PASSWORD\n";

/// The log of this run. Without a file to write to, only warnings reach the screen.
Expected<std::unique_ptr<system::Log>> make_log(const config::Config& config,
                                                const system::Clock& clock) {
    MCO_TRY(sink, system::make_sink(config, clock, "mco"));
    MCO_TRY(level, system::log_level(config));
    if (config.logger_type == "file" && config.logfile.empty())
        level = std::max(level, system::Level::warn);
    return std::make_unique<system::Log>(std::move(sink), level);
}

/// Filters are explained elsewhere, too: only for a call the declarations of data plug-ins matter.
bool asks_nodes(const Application& application) {
    return application.groups.filter && application.groups.common;
}

/// Who would be asked, and nothing else.
Expected<int> list_targets(Context& context) {
    const auto& application = context.application;
    if (application.agent == nullptr)
        return fail(Errc::invalid,
                    fmt::format("--list-targets does not work with 'mco {}'", application.name));
    const auto agent = application.agent(context.parsed);
    if (agent.empty())
        return fail(Errc::invalid, "Name the agent whose nodes are to be listed");
    return list_nodes(context, agent);
}

/// Parses the options, and either shows the help screen or runs the application.
Expected<int> run_application(const Application& application,
                              const Start& start,
                              const system::LoadedConfig& loaded,
                              Screen& screen) {
    const auto& config = loaded.config;
    auto line = start.line;
    if (completes_words(start))
        line.extra.clear();  // they are meant for other commands
    MCO_TRY(parsed, options::parse(all_options(application), line));
    if (parsed.has("help")) {
        screen.out(help_screen(application));
        return 1;
    }
    MCO_TRY(settings, read_settings(parsed, config));
    MCO_CHECK(refuse_surplus(
        fmt::format("mco {}", application.name), parsed.arguments, application.most_words));
    const system::RealClock clock;
    MCO_TRY(log, make_log(config, clock));
    const auto paint = palettes(config.color, start.variables);
    for (const auto& warning : loaded.diagnostics.warnings)
        log->warn("{}", warning);
    client::Catalogue catalogue(config.libdir);
    if (asks_nodes(application)) {
        MCO_TRY(
            selection,
            client::select(settings.selects, catalogue, paint.err.painter(render::Colour::red)));
        settings.filter.compound = std::move(selection.compound);
        settings.data_patience = selection.patience;
    }
    RealInput input(screen);
    client::NodeMemoryFile memory(
        client::node_memory_path(config.plugin_setting("client.known_nodes"), start.cache_folder));
    BrokerLink link(config, settings, clock, *log, start.home, start.cache_folder);
    const client::Estate estate{config, catalogue, memory, *log, start.home};
    Context context{application,
                    start.commands,
                    parsed,
                    settings,
                    estate,
                    screen,
                    look_at_terminal(start.variables),
                    paint.out,
                    paint.err,
                    link,
                    input};
    auto code = settings.list_targets ? list_targets(context) : application.run(context);
    if (const auto saved = memory.save(); !saved)
        log->info("Who answered cannot be remembered: {}", saved.error().message);
    return code;
}

int run_chosen(const Start& start, const system::LoadedConfig& loaded, Screen& screen) {
    const auto* application = start.application();
    if (application == nullptr && !start.chosen.name.empty()) {
        screen.out(render::unknown_command(start.chosen.name,
                                           listed(start.commands),
                                           start.program,
                                           version(),
                                           loaded.config.libdir));
        return 1;
    }
    if (application == nullptr) {
        screen.out(render::command_table(listed(start.commands), start.program, version()));
        return 0;
    }
    const auto code = run_application(*application, start, loaded, screen);
    if (code)
        return *code;
    const auto paint = palettes(loaded.config.color, start.variables).err;
    if (code.error().message.empty())
        screen.err("\nInterrupted\n");
    else
        screen.err(failure_text(application->name, code.error(), paint));
    return 1;
}

}  // namespace

Chosen choose(const std::vector<std::string>& argv) {
    const std::string program = argv.empty() ? "mco" : argv.front();
    Words words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
    if (const auto at = program.rfind("mc-");
        at != std::string::npos && is_name(program.substr(at + 3)))
        return {program.substr(at + 3), std::move(words)};
    if (words.empty() || words.front().starts_with("--"))
        return {"", std::move(words)};
    auto name = std::move(words.front());
    words.erase(words.begin());
    return {std::move(name), std::move(words)};
}

std::string failure_text(std::string_view application,
                         const Error& error,
                         const render::Palette& palette) {
    using render::Colour;
    const auto name = palette.paint(Colour::bold, application);
    const auto message = palette.paint(Colour::red, error.message);
    return fmt::format("\nThe {} application failed to run: {}\n", name, message);
}

int run_program(const std::vector<std::string>& argv,
                const config::Environment& environment,
                const Commands& commands,
                Screen& screen) {
    Start start{commands, argv.empty() ? "mco" : argv.front(), choose(argv), {}, {}, {}, {}};
    start.line.words = start.chosen.words;
    start.line.stop_at_argument = environment("POSIXLY_CORRECT").has_value();
    start.home = environment("HOME");
    start.cache_folder = system::user_cache_folder(environment("XDG_CACHE_HOME"), start.home);
    const auto columns = environment("COLUMNS");
    const auto lines = environment("LINES");
    const auto no_color = environment("NO_COLOR");
    const auto clicolor_force = environment("CLICOLOR_FORCE");
    start.variables = {
        c_string(columns), c_string(lines), {c_string(no_color), c_string(clicolor_force)}};
    if (asks_for_version(start)) {
        screen.out(fmt::format("{} {}\n", start.program, version()));
        return 1;
    }
    auto extra = system::split_words(environment("MCOLLECTIVE_EXTRA_OPTS").value_or(""));
    if (!extra) {
        screen.err("MCOLLECTIVE_EXTRA_OPTS cannot be read: " + extra.error().message + '\n');
        return 1;
    }
    start.line.extra = *std::move(extra);
    const auto loaded = load(start, environment);
    if (!loaded) {
        screen.err(loaded.error().message + '\n');
        if (loaded.error().code == Errc::not_found)
            screen.err(first_configuration);
        return 1;
    }
    return run_chosen(start, *loaded, screen);
}

}  // namespace mco::cli
