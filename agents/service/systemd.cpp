#include "agents/service/systemd.hpp"

#include "agents/service/programs.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace mco::services {
namespace {

constexpr std::size_t longest_line = 500;  // bytes of a line of the journal

using Properties = std::map<std::string, std::string, std::less<>>;

/// Of `NAME=value` lines.
Properties properties_in(std::string_view text) {
    Properties properties;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (const auto equals = line.find('='); equals != std::string_view::npos)
            properties.insert_or_assign(std::string(line.substr(0, equals)),
                                        std::string(line.substr(equals + 1)));
    }
    return properties;
}

/// `getty@` and `getty@.service` stand for many services and are none.
bool is_template(std::string_view name) {
    return name.ends_with('@') || name.ends_with("@.service");
}

/// Active as `systemctl is-active` has it.
bool is_active(std::string_view active_state) {
    static constexpr std::array<std::string_view, 3> active = {"active", "reloading", "refreshing"};
    return std::find(active.begin(), active.end(), active_state) != active.end();
}

State state_of(const Properties& properties) {
    const auto value = [&properties](std::string_view name) -> std::string_view {
        const auto found = properties.find(name);
        return found == properties.end() ? std::string_view() : found->second;
    };
    const auto active = value("ActiveState");
    State state;
    state.running = is_active(active);
    state.changing = active == "activating" || active == "deactivating";
    // what runs exists, though its file may be gone
    state.exists = value("LoadState") != "not-found" || state.running || state.changing;
    state.masked = value("LoadState") == "masked";
    state.outdated = value("NeedDaemonReload") == "yes";
    return state;
}

/// Well-formed, of bounded length, without the last line end; control characters stay what they
/// are.
std::string lines_of_journal(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        lines += lines.empty() ? "" : "\n";
        lines += text::utf8_scrubbed(line.substr(0, longest_line));
        lines += line.size() > longest_line ? "…" : "";
    }
    return lines;
}

}  // namespace

Systemd::Systemd(system::Runner& runner, const system::Clock& clock)
    : runner_(runner), clock_(clock) {}

Expected<State> Systemd::state(const std::string& name, Monotonic deadline) const {
    if (is_template(name))
        return State{.exists = false};
    MCO_TRY(shown,
            run_until(runner_,
                      clock_,
                      {"systemctl",
                       "show",
                       "--property=LoadState",
                       "--property=ActiveState",
                       "--property=NeedDaemonReload",
                       "--",
                       name},
                      deadline));
    const auto properties = properties_in(shown.out);
    if (shown.exit_code != 0 || !properties.contains("ActiveState"))
        return fail(Errc::unavailable, why_it_failed("systemctl", shown));
    return state_of(properties);
}

Expected<void> Systemd::act(Action action,
                            const std::string& name,
                            const State& before,
                            Monotonic deadline) const {
    if (before.outdated && action != Action::stop)
        read_definitions(deadline);
    const auto done =
        run_until(runner_,
                  clock_,
                  {"systemctl", "--no-ask-password", std::string(name_of(action)), "--", name},
                  deadline);
    if (!done)
        return done.error().code == Errc::timed_out
                   ? fail(Errc::timed_out, "systemd is still at it; its status will tell")
                   : tl::unexpected(done.error());
    if (done->exit_code == 0)
        return {};
    const std::string lines = journal(name);
    return fail(Errc::invalid,
                why_it_failed("systemctl", *done) + (lines.empty() ? "" : "\n" + lines));
}

/// What is wrong with other units is no reason not to go on.
void Systemd::read_definitions(Monotonic deadline) const {
    static_cast<void>(
        run_until(runner_, clock_, {"systemctl", "--no-ask-password", "daemon-reload"}, deadline));
}

/// Empty where there is none, or it cannot be read.
std::string Systemd::journal(const std::string& name) const {
    const auto deadline = clock_.monotonic() + std::chrono::seconds(2);
    // what the unit wrote last may be on its way
    static_cast<void>(run_until(runner_, clock_, {"journalctl", "--sync"}, deadline));
    const auto printed =
        run_until(runner_,
                  clock_,
                  {"journalctl", "-u", name, "-n", "10", "--no-pager", "-o", "cat", "--quiet"},
                  deadline);
    return printed && printed->exit_code == 0 ? lines_of_journal(printed->out) : "";
}

}  // namespace mco::services
