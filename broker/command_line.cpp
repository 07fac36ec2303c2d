#include "broker/command_line.hpp"

#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace mco::broker {

namespace {

constexpr std::string_view usage =
    "Usage: mco-broker [options]\n\n"
    "A small STOMP 1.0-1.2 message broker for mcollectived and mco. "
    "Runs in the foreground.\n\n";

constexpr std::string_view after_options = R"(
SIZE is in bytes, or ends in K, M or G. Without --users everybody may do everything, so only loopback
addresses and TLS with --client-certs required are allowed then.

SIGHUP reads users and certificates again, SIGUSR1 logs the counters, SIGTERM ends. See mco-broker(8).
)";

struct Option {
    std::string_view name;
    std::string_view value;  ///< empty: the option takes none
    std::string_view help;
};

constexpr std::array<Option, 23> options = {{
    {"listen",
     "HOST:PORT",
     "accept plain connections here (default 127.0.0.1:61613; none: nowhere); repeatable"},
    {"tls-listen", "HOST:PORT", "accept TLS connections here; repeatable"},
    {"cert", "FILE", "our certificate and its intermediates, PEM"},
    {"key", "FILE", "the certificate's private key, PEM"},
    {"ca", "FILE", "who issues the clients' certificates, PEM"},
    {"crl", "FILE", "revoked client certificates, PEM"},
    {"client-certs", "MODE", "none (default), optional or required"},
    {"users", "FILE", "who may log in and do what; for its owner's eyes only"},
    {"config", "FILE", "read settings from lines 'OPTION = VALUE'; options given here win"},
    {"status-file", "FILE", "write counters there as JSON, now and then and on SIGUSR1"},
    {"status-interval", "SECONDS", "how often (default 10)"},
    {"port-file", "FILE", "write the addresses that are listened on, one per line"},
    {"pid-file", "FILE", "write the process id"},
    {"max-connections", "N", "refuse more than that (default 10000)"},
    {"max-frame", "SIZE", "largest message body (default 16M)"},
    {"max-queue", "SIZE", "disconnect who lets more wait unread (default 16M, at least a frame)"},
    {"connect-timeout", "SECONDS", "for the login (default 10)"},
    {"write-timeout", "SECONDS", "disconnect who reads nothing that long (default 30)"},
    {"heartbeat", "SECONDS", "offered and asked for, from STOMP 1.1 on (default 10; 0: none)"},
    {"log-level", "LEVEL", "debug, info (default), warn, error or fatal"},
    {"hash-password",
     "",
     "read a password from standard input and print its hash for the users file"},
    {"version", "", "print the version"},
    {"help", "", "print this"},
}};

Expected<const Option*> find_option(std::string_view name) {
    const auto found = std::find_if(options.begin(), options.end(), [name](const Option& option) {
        return option.name == name;
    });
    if (found == options.end())
        return fail(Errc::invalid, "unknown option --" + std::string(name));
    return &*found;
}

void apply(Invocation& invocation, const Option& option, std::string value) {
    using Task = Invocation::Task;
    if (option.name == "help")
        invocation.task = Task::show_help;
    else if (option.name == "version")
        invocation.task = Task::show_version;
    else if (option.name == "hash-password")
        invocation.task = Task::hash_password;
    else if (option.name == "config")
        invocation.config_file = std::move(value);
    else
        invocation.settings.push_back(
            {std::string(option.name), std::move(value), "--" + std::string(option.name)});
}

}  // namespace

Expected<Invocation> parse_command_line(std::span<const char* const> arguments) {
    Invocation invocation;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "-h") {
            invocation.task = Invocation::Task::show_help;
            continue;
        }
        if (!argument.starts_with("--"))
            return fail(Errc::invalid, "unexpected argument " + std::string(argument));
        const std::size_t equals = std::min(argument.find('='), argument.size());
        MCO_TRY(option, find_option(argument.substr(2, equals - 2)));
        const bool attached = equals < argument.size();
        if (option->value.empty() && attached)
            return fail(Errc::invalid, "--" + std::string(option->name) + " takes no value");
        std::string value(attached ? argument.substr(equals + 1) : std::string_view());
        if (!option->value.empty() && !attached) {
            if (++i == arguments.size())
                return fail(
                    Errc::invalid,
                    "--" + std::string(option->name) + " needs " + std::string(option->value));
            value = arguments[i];
        }
        apply(invocation, *option, std::move(value));
    }
    return invocation;
}

std::string help_text() {
    std::string text(usage);
    for (const Option& option : options) {
        const std::string left = fmt::format("--{} {}", option.name, option.value);
        fmt::format_to(std::back_inserter(text), "  {:<26}{}\n", left, option.help);
    }
    return text + std::string(after_options);
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
