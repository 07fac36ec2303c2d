// Services as Puppet's provider systemd tells them, from two questions instead of two for each.
#include "core/ral/resource.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>

namespace mco::puppet {
namespace {

/// A unit file and its state, both in systemd's words.
using UnitStates = std::map<std::string, std::string>;

std::string first_line(const std::string& text) {
    const auto line = text.substr(0, text.find('\n'));
    return line.empty() ? "no message" : line;
}

bool is_among(std::string_view word, const std::vector<std::string_view>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string_view> lines_in(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> words_in(std::string_view line) {
    std::vector<std::string> words;
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
        if (line.empty())
            return words;
        words.emplace_back(line.substr(0, line.find_first_of(" \t\r")));
        line.remove_prefix(words.back().size());
    }
}

/// What Puppet's pattern takes: the unit, a state of these, and at most the preset.
UnitStates unit_files(const std::string& listing) {
    UnitStates states;
    for (const auto line : lines_in(listing)) {
        auto words = words_in(line);
        if ((words.size() == 2 || words.size() == 3) &&
            is_among(words[1], {"disabled", "enabled", "masked", "indirect", "bad", "static"}))
            states.emplace(std::move(words[0]), std::move(words[1]));
    }
    return states;
}

/// A template, which has no state of its own: systemd refuses to be asked for it.
bool is_template(const std::string& unit) {
    const std::size_t dot = unit.rfind('.');
    return unit.substr(0, dot).ends_with('@');
}

bool is_running(std::string_view active_state) {
    return is_among(active_state, {"active", "reloading", "refreshing"});
}

ral::Resource service_of(const std::string& title, bool running, bool enabled) {
    return shaped(
        "service",
        title,
        {{"ensure", running ? "running" : "stopped"}, {"enable", enabled ? "true" : "false"}});
}

/// Which of the units run.
Expected<std::map<std::string, bool>> running_units(const Systemctl& systemctl,
                                                    const std::vector<std::string>& units) {
    std::map<std::string, bool> running;
    if (units.empty())
        return running;
    std::vector<std::string> words{"is-active", "--"};
    words.insert(words.end(), units.begin(), units.end());
    MCO_TRY(finished, systemctl.run(std::move(words)));
    const auto states = lines_in(finished.out);
    if (states.size() != units.size())
        return fail(
            Errc::io,
            "systemctl did not tell the state of every service: " + first_line(finished.err));
    for (std::size_t i = 0; i < units.size(); ++i)
        running.emplace(units[i], is_running(states[i]));
    return running;
}

}  // namespace

Expected<system::Finished> Systemctl::run(std::vector<std::string> words) const {
    system::Command command;
    command.argv = std::move(words);
    command.argv.insert(command.argv.begin(), "systemctl");
    command.environment = {
        {"LANG", "C.UTF-8"}, {"LC_ALL", "C.UTF-8"}, {"SYSTEMD_COLORS", "0"}, {"SYSTEMD_PAGER", ""}};
    command.timeout = std::chrono::floor<std::chrono::milliseconds>(deadline - clock.monotonic());
    if (command.timeout.count() <= 0)
        return fail(Errc::timed_out, "systemctl did not end in time");
    MCO_TRY(finished, runner.run(command));
    if (finished.truncated)
        return fail(Errc::limit, "systemctl writes more than is read");
    return finished;
}

Expected<std::vector<ral::Resource>> read_services(const Systemctl& systemctl) {
    MCO_TRY(
        listing,
        systemctl.run({"list-unit-files", "--type", "service", "--full", "--all", "--no-pager"}));
    if (listing.exit_code != 0)
        return fail(Errc::io, "systemctl lists no services: " + first_line(listing.err));
    const auto states = unit_files(listing.out);
    std::vector<std::string> units;
    for (const auto& [unit, state] : states)
        if (!is_template(unit))
            units.push_back(unit);
    MCO_TRY(running, running_units(systemctl, units));
    std::vector<ral::Resource> services;
    for (const auto& [unit, state] : states) {
        const auto found = running.find(unit);
        services.push_back(service_of(
            unit, found != running.end() && found->second, is_among(state, {"enabled", "static"})));
    }
    return services;
}

Expected<std::optional<ral::Resource>> read_service(const Systemctl& systemctl,
                                                    const std::string& title) {
    MCO_TRY(enabled, systemctl.run({"is-enabled", "--", title}));
    const auto states = lines_in(enabled.out);
    if (states.size() != 1 || states[0].empty() || states[0] == "not-found")
        return std::optional<ral::Resource>();
    MCO_TRY(active, systemctl.run({"is-active", "--", title}));
    return std::optional(service_of(
        title, active.exit_code == 0, enabled.exit_code == 0 && states[0] != "indirect"));
}

}  // namespace mco::puppet
