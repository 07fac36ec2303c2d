#include "agents/puppet/state.hpp"

#include "system/files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace mco::puppet {
namespace {

bool exists(const std::string& path) {
    return system::stamp(path).has_value();
}

bool holds_live_pid(const std::string& file, const ProcessTable& processes) {
    const auto pid = file.empty() ? std::nullopt : read_pid(file);
    return pid && processes.alive(*pid);
}

std::string read_disable_message(const std::string& lock) {
    const auto content = system::read_file(lock, 1u << 16);
    if (!content)
        return {};
    const auto json = nlohmann::json::parse(*content, nullptr, false);
    if (!json.is_object() || !json.contains("disabled_message") ||
        !json["disabled_message"].is_string())
        return {};
    return json["disabled_message"].get<std::string>();
}

/// `puppet apply` takes no lock, so a run of it is known by its command line.
bool apply_runs(const Settings& settings, const ProcessTable& processes) {
    if (!settings.masterless())
        return false;
    const auto puppet =
        settings.command.begin() + static_cast<std::ptrdiff_t>(settings.mode_word()) - 1;
    return processes.runs({puppet, settings.command.end()});
}

}  // namespace

std::string State::status() const {
    if (!enabled)
        return "disabled";
    if (applying)
        return "applying a catalog";
    return idling() ? "idling" : "stopped";
}

State read_state(const Paths& paths, const Settings& settings, const ProcessTable& processes) {
    State state;
    state.enabled = !exists(paths.disabled_lock);
    state.applying = holds_live_pid(paths.run_lock, processes) || apply_runs(settings, processes);
    state.daemon_present = holds_live_pid(paths.pidfile, processes);
    if (!state.enabled)
        state.disable_message = read_disable_message(paths.disabled_lock);
    return state;
}

std::string human_duration(std::int64_t seconds) {
    const std::int64_t days = seconds / 86400;
    const std::int64_t hours = seconds / 3600 % 24;
    const std::int64_t minutes = seconds / 60 % 60;
    const std::int64_t rest = seconds % 60;
    if (days > 0)
        return fmt::format("{} {} {} hours {} minutes {:02} seconds",
                           days,
                           days == 1 ? "day" : "days",
                           hours,
                           minutes,
                           rest);
    if (hours > 0)
        return fmt::format("{} hours {} minutes {:02} seconds", hours, minutes, rest);
    if (minutes > 0)
        return fmt::format("{} minutes {:02} seconds", minutes, rest);
    return fmt::format("{:02} seconds", rest);
}

Expected<void> enable(const Paths& paths) {
    if (!exists(paths.disabled_lock))
        return fail(Errc::invalid, "Already enabled");
    if (unlink(paths.disabled_lock.c_str()) != 0)
        return fail(Errc::io, paths.disabled_lock + ": " + std::strerror(errno));
    return {};
}

Expected<void> disable(const Paths& paths, const std::string& message) {
    if (exists(paths.disabled_lock))
        return fail(Errc::invalid, "Already disabled");
    // There is no directory before Puppet's first run, which gives it the right owner and mode.
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(paths.disabled_lock).parent_path(),
                                        ignored);
    const nlohmann::json lock = {{"disabled_message", message}};
    return system::write_file_atomically(
        paths.disabled_lock, lock.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace mco::puppet
