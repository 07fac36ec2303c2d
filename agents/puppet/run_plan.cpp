#include "agents/puppet/run_plan.hpp"

#include "core/text/ruby.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace mco::puppet {
namespace {

using Words = std::vector<std::string>;

std::optional<std::string> text_input(const Map& inputs, std::string_view name) {
    const Value* value = inputs.find(name);
    const std::string* text = value ? value->text() : nullptr;
    return text ? std::optional(*text) : std::nullopt;
}

/// Absent when not given; what is neither true nor false counts as not given.
std::optional<bool> flag_input(const Map& inputs, std::string_view name) {
    const Value* value = inputs.find(name);
    const bool* flag = value ? value->boolean() : nullptr;
    return flag ? std::optional(*flag) : std::nullopt;
}

bool is_name(std::string_view name) {
    const auto allowed = [single = name.size() == 1](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 &&
               (single ? std::isalpha(byte) != 0 : std::isalnum(byte) != 0 || c == '_');
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

Words split(std::string_view text, std::string_view separator) {
    Words parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + separator.size());
    }
}

Expected<Words> tag_words(const Map& inputs) {
    const auto tags = text_input(inputs, "tags");
    if (!tags)
        return Words();
    std::string joined;
    for (const std::string& untrimmed : split(*tags, ",")) {
        const std::string tag = trimmed(untrimmed);
        const Words parts = split(tag, "::");
        if (!std::all_of(parts.begin(), parts.end(), is_name))
            return fail(Errc::invalid, "Invalid tag '" + tag + "' specified");
        joined += (joined.empty() ? "" : ",") + tag;
    }
    return Words{"--tags", joined};
}

/// Splay is left to the daemon when it will be signalled.
Expected<Words> splay_words(const Map& inputs, const Settings& settings, const State& state) {
    Words words;
    if (state.daemon_present && settings.signal_daemon)
        return words;
    if (flag_input(inputs, "force").value_or(false))
        return Words{"--no-splay"};
    const bool splay = flag_input(inputs, "splay").value_or(settings.splay);
    words.emplace_back(splay ? "--splay" : "--no-splay");
    if (const Value* limit = inputs.find("splaylimit"); limit && !limit->is_nil()) {
        if (!limit->integer() || *limit->integer() < 0)
            return fail(Errc::invalid, "Invalid splaylimit '" + text::to_s(*limit) + "' specified");
        words.insert(words.end(), {"--splaylimit", std::to_string(*limit->integer())});
    } else if (splay) {
        words.insert(words.end(), {"--splaylimit", std::to_string(settings.splaylimit)});
    }
    return words;
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_host(std::string_view text) {
    const auto allowed = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 && (std::isalnum(byte) != 0 || c == '.' || c == '-' || c == ':');
    };
    return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), allowed);
}

/// NAME, NAME:PORT, an IPv6 address, or [ADDRESS] and [ADDRESS]:PORT. Nothing that could be taken
/// for an option.
Expected<Words> server_words(const Map& inputs, const Settings& settings, bool has_serverport) {
    const auto server = text_input(inputs, "server");
    if (!server)
        return Words();
    if (!settings.allow_server_override)
        return fail(Errc::denied, "Passing 'server' option is not allowed in module configuration");
    std::string_view host = *server;
    std::string_view port;
    if (const std::size_t close = host.find(']');
        host.substr(0, 1) == "[" && close != std::string_view::npos) {
        port = host.substr(close + 1);
        host = host.substr(1, close - 1);
        if (!port.empty() && port.front() != ':')
            return fail(Errc::invalid, "Invalid server '" + *server + "' specified");
        port = port.substr(port.empty() ? 0 : 1);
    } else if (std::count(host.begin(), host.end(), ':') == 1) {
        port = host.substr(host.find(':') + 1);
        host = host.substr(0, host.find(':'));
        if (port.empty())
            return fail(Errc::invalid, "Invalid server '" + *server + "' specified");
    }
    if (!is_host(host) || (!port.empty() && !is_port(port)))
        return fail(Errc::invalid, "Invalid server '" + *server + "' specified");
    Words words{"--server", std::string(host)};
    if (!port.empty())
        words.insert(words.end(), {"--masterport", std::string(port)});
    if (!port.empty() && has_serverport)  // the one in puppet.conf would win
        words.insert(words.end(), {"--serverport", std::string(port)});
    return words;
}

Words switch_words(const Map& inputs, const std::string& name) {
    const auto flag = flag_input(inputs, name);
    if (!flag)
        return {};
    return {(*flag ? "--" : "--no-") + name};
}

Expected<Words> environment_words(const Map& inputs) {
    const auto environment = text_input(inputs, "environment");
    if (!environment)
        return Words();
    if (!is_name(*environment))
        return fail(Errc::invalid, "Invalid environment '" + *environment + "' specified");
    return Words{"--environment", *environment};
}

/// This input is not declared, so that a command line sends it as text.
bool ignores_schedules(const Map& inputs) {
    const auto text = text_input(inputs, "ignoreschedules");
    return text ? *text == "true" || *text == "1" || *text == "yes"
                : flag_input(inputs, "ignoreschedules").value_or(false);
}

/// All options that the request leads to, in the order of §5.1.4.
Expected<Words> options(const Map& inputs,
                        const Settings& settings,
                        const State& state,
                        bool has_serverport) {
    MCO_TRY(all, tag_words(inputs));
    const auto append = [&all](const Words& words) {
        all.insert(all.end(), words.begin(), words.end());
    };
    MCO_TRY(splay, splay_words(inputs, settings, state));
    append(splay);
    append(switch_words(inputs, "noop"));
    MCO_TRY(environment, environment_words(inputs));
    append(environment);
    MCO_TRY(server, server_words(inputs, settings, has_serverport));
    append(server);
    if (ignores_schedules(inputs))
        all.emplace_back("--ignoreschedules");
    append(switch_words(inputs, "use_cached_catalog"));
    return all;
}

}  // namespace

Expected<RunPlan> plan_run(const Map& inputs,
                           const Settings& settings,
                           const State& state,
                           bool has_serverport) {
    if (!state.enabled)
        return fail(Errc::denied,
                    state.disable_message.empty()
                        ? "Puppet is disabled"
                        : "Puppet is disabled: '" + state.disable_message + "'");
    if (text_input(inputs, "server") && !settings.allow_server_override)
        return fail(Errc::denied, "Passing 'server' option is not allowed in module configuration");
    if (state.applying)
        return fail(Errc::unavailable, "Puppet is currently applying a catalog, cannot run now");
    MCO_TRY(wanted, options(inputs, settings, state, has_serverport));
    RunPlan plan;
    if (state.idling() && settings.signal_daemon) {
        if (!wanted.empty())
            return fail(Errc::invalid,
                        "Cannot specify any custom puppet options when the daemon is running");
        plan.signal_daemon = true;
    }
    plan.command = settings.command;
    plan.text = settings.command_line;
    Words appended = {"--onetime", "--no-daemonize", "--color=false", "--show_diff", "--verbose"};
    appended.insert(appended.end(), wanted.begin(), wanted.end());
    for (const std::string& word : appended) {
        plan.command.push_back(word);
        plan.text += " " + word;
    }
    return plan;
}

}  // namespace mco::puppet
