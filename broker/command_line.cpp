#include "broker/command_line.hpp"

#include "core/options/help.hpp"
#include "core/options/parser.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <utility>

namespace mco::broker {

namespace {

using options::OptionSpec;

/// Without `argument` it is a task, otherwise a setting of the same name or the file with settings.
OptionSpec option(const char* name, const char* argument, const char* help, const char* group) {
    OptionSpec spec;
    spec.id = name;
    spec.longs = {name};
    spec.argument = argument;
    spec.help = help;
    spec.group = group;
    return spec;
}

std::vector<OptionSpec> all_options() {
    constexpr const char* listening = "Listening";
    constexpr const char* access = "Access";
    constexpr const char* limits = "Limits";
    constexpr const char* running = "Running";
    std::vector<OptionSpec> specs = {
        option("listen", "HOST:PORT", "Plain connections (127.0.0.1:61613; or none)", listening),
        option("tls-listen", "HOST:PORT", "TLS connections", listening),
        option("cert", "FILE", "Our certificate and its intermediates, PEM", listening),
        option("key", "FILE", "Its private key, PEM", listening),
        option("users", "FILE", "Who may log in and do what", access),
        option("client-certs", "MODE", "none (default), optional or required", access),
        option("rights", "SOURCE", "users, certificate or everything: see the manual", access),
        option("callers", "PATTERN", "Certificates of clients (.+\\.mcollective)", access),
        option("ca", "FILE", "Who issues the clients' certificates, PEM", access),
        option("crl", "FILE", "Revoked client certificates, PEM", access),
        option("hash-password", "", "Turn a password from standard input into its hash", access),
        option("max-connections", "N", "Refuse more than that (20000)", limits),
        option("max-account-sessions", "N", "Of one certificate at a time (1000)", limits),
        option("max-memory", "SIZE", "Held for all peers together (1G)", limits),
        option("max-frame", "SIZE", "Largest message body (16M)", limits),
        option("max-queue", "SIZE", "Disconnect who lets more wait unread (128M)", limits),
        option("connect-timeout", "SECONDS", "For the login (10)", limits),
        option("min-read-rate", "SIZE", "Disconnect who reads less in a second (1K)", limits),
        option("write-timeout", "SECONDS", "Time over which that is judged (30)", limits),
        option("heartbeat", "SECONDS", "Offered from STOMP 1.1 on (10; 0: none)", limits),
        option("config", "FILE", "Settings in lines OPTION = VALUE; options win", running),
        option("status-file", "FILE", "Where counters are written as JSON", running),
        option("status-interval", "SECONDS", "How often (10)", running),
        option("metrics", "ADDRESS", "Tell Prometheus: 127.0.0.1:PORT or a socket's path", running),
        option("port-file", "FILE", "Where the addresses we listen on are written", running),
        option("refresh", "SECONDS", "Look for changed users and certificates (0.5)", running),
        option("pid-file", "FILE", "Where the process id is written", running),
        option("log-level", "LEVEL", "debug, info (default), warn, error or fatal", running),
        option("check-config", "", "Check settings, users and certificates, then exit", running),
        option("version", "", "Print the version", running),
        option("help", "", "Print this", running),
    };
    specs.back().shorts = "h";
    return specs;
}

}  // namespace

Expected<Invocation> parse_command_line(std::vector<std::string> arguments) {
    using Task = Invocation::Task;
    options::CommandLine line;
    line.words = std::move(arguments);
    MCO_TRY(parsed, options::parse(all_options(), line));
    if (!parsed.arguments.empty())
        return fail(Errc::invalid, "unexpected argument: " + parsed.arguments.front());
    Invocation invocation;
    for (options::Given& given : parsed.given) {
        if (given.id == "help")
            invocation.task = Task::show_help;
        else if (given.id == "version")
            invocation.task = Task::show_version;
        else if (given.id == "hash-password")
            invocation.task = Task::hash_password;
        else if (given.id == "check-config")
            invocation.task = Task::check_config;
        else if (given.id == "config")
            invocation.config_file = std::move(given.text);
        else
            invocation.settings.push_back({given.id, std::move(given.text), "--" + given.id});
    }
    return invocation;
}

std::string help_text() {
    options::HelpScreen screen;
    screen.description = "A small STOMP message broker for mcollectived and mco";
    screen.usages = {"mco-broker [options]", "mco-broker --check-config [options]"};
    screen.footer =
        "SIZE is in bytes, or ends in K, M or G. Without --users and --client-certs "
        "everybody\n"
        "may do everything: then only loopback addresses are allowed.\n\n"
        "SIGHUP reads users and certificates again, SIGUSR1 logs the counters, SIGTERM ends.\n\n"
        "mco-broker " MCO_VERSION;
    return options::help_text(screen, all_options());
}

Expected<Settings> load_settings(const Invocation& invocation) {
    std::vector<RawSetting> settings;
    if (!invocation.config_file.empty()) {
        MCO_TRY(text, system::read_file(invocation.config_file, 1U << 20U));
        MCO_TRY(parsed, parse_settings_file(text, invocation.config_file));
        settings = std::move(parsed);
    }
    const auto overridden = [&](const RawSetting& setting) {
        return std::any_of(invocation.settings.begin(),
                           invocation.settings.end(),
                           [&](const RawSetting& given) { return given.key == setting.key; });
    };
    std::erase_if(settings, overridden);
    settings.insert(settings.end(), invocation.settings.begin(), invocation.settings.end());
    return make_settings(settings);
}

}  // namespace mco::broker
