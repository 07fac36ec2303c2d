#include "puppet/state.hpp"

#include "system/directory.hpp"
#include "system/files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <utility>

namespace mco::puppet {
namespace {

bool exists(const std::string& path) {
    return system::stamp(path).has_value();
}

std::pair<std::string, std::string> split(const std::string& path) {
    const std::filesystem::path whole(path);
    return {whole.parent_path().string(), whole.filename().string()};
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
    state.applying = processes.holder(paths.run_lock) || apply_runs(settings, processes);
    state.daemon_present = processes.holder(paths.pidfile).has_value();
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

std::string last_run_text(std::int64_t lastrun, std::int64_t now) {
    if (lastrun == 0)
        return "never";
    if (lastrun > now)
        return human_duration(lastrun - now) + " in the future; is the clock right?";
    return human_duration(now - lastrun) + " ago";
}

Expected<void> enable(const Paths& paths) {
    if (!exists(paths.disabled_lock))
        return fail(Errc::invalid, "Already enabled");
    const auto [directory, name] = split(paths.disabled_lock);
    MCO_TRY(opened, system::Directory::open(directory));
    return opened.remove(name);
}

Expected<void> disable(const Paths& paths, const std::string& message) {
    if (exists(paths.disabled_lock))
        return fail(Errc::invalid, "Already disabled");
    // There is no directory before Puppet's first run, which gives it the right owner and mode. It
    // is that of Puppet's user, who must not lead us elsewhere.
    const auto [directory, name] = split(paths.disabled_lock);
    MCO_TRY(opened, system::Directory::open(directory, system::Directory::Missing::is_made));
    const nlohmann::json lock = {{"disabled_message", message}};
    return opened.write(
        name, lock.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), 0644);
}

}  // namespace mco::puppet
