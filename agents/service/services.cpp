#include "agents/service/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::services {
namespace {

constexpr std::array<std::pair<Action, std::string_view>, 4> actions = {{
    {Action::status, "status"},
    {Action::start, "start"},
    {Action::stop, "stop"},
    {Action::restart, "restart"},
}};

bool may_stand_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:@-").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<Action> find_action(std::string_view name) {
    for (const auto& [action, word] : actions)
        if (word == name)
            return action;
    return std::nullopt;
}

std::string_view name_of(Action action) {
    return std::find_if(actions.begin(),
                        actions.end(),
                        [action](const auto& known) { return known.first == action; })
        ->second;
}

std::string status_word(bool running) {
    return running ? "running" : "stopped";
}

bool is_service_name(std::string_view name) {
    return !name.empty() && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), may_stand_in_name);
}

std::string could_not(Action action, std::string_view name, std::string_view why) {
    const std::string_view what =
        action == Action::status ? "determine the status of" : name_of(action);
    return fmt::format("Could not {} '{}': {}", what, name, why);
}

}  // namespace mco::services
