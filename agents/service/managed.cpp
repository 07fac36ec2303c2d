#include "agents/service/managed.hpp"

#include <string_view>
#include <utility>

namespace mco::services {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_look{500};  // a service that dies at once has died by then
constexpr milliseconds next_look{250};
constexpr milliseconds patience{5000};
constexpr milliseconds aftermath =
    patience + milliseconds(3000);  // what follows an action may take

constexpr std::string_view no_such_service = "no such service";

/// Why nothing is to be done; empty: something is.
std::string_view refusal(Action action, const State& before) {
    if (!before.exists)
        return no_such_service;
    if (action == Action::start && before.running)
        return "Service is already running";
    if (action == Action::stop && !before.running && !before.changing)
        return "Service is already stopped";
    return action != Action::stop && before.masked ? "Service is masked" : "";
}

}  // namespace

ManagedServices::ManagedServices(std::unique_ptr<const Manager> manager, Pause pause)
    : manager_(std::move(manager)), pause_(std::move(pause)) {}

Answer ManagedServices::act(Action action, const std::string& name, Monotonic deadline) const {
    const auto before = manager_->state(name, deadline);
    if (!before)
        return {"", could_not(action, name, before.error().message), ""};
    const std::string now = status_word(before->running);
    if (action == Action::status)
        return {now, "", std::string(before->exists ? "" : no_such_service)};
    if (const auto reason = refusal(action, *before); !reason.empty())
        return {now, could_not(action, name, reason), ""};
    const auto done = manager_->act(action, name, *before, deadline - aftermath);
    const auto after = done ? settled(action, name, deadline) : manager_->state(name, deadline);
    Answer answer{after ? status_word(after->running) : "", "", ""};
    if (!done)
        answer.problem = could_not(action, name, done.error().message);
    else if (!after)
        answer.problem = could_not(Action::status, name, after.error().message);
    return answer;
}

/// A service that was stopped is looked at without waiting: it has no reason to come back.
Expected<State> ManagedServices::settled(Action action,
                                         const std::string& name,
                                         Monotonic deadline) const {
    milliseconds waited{0};
    const auto wait = [&](milliseconds time) {
        pause_(time);
        waited += time;
    };
    const auto goes_on = [&](const State& state) {
        const bool stops = action == Action::stop && state.running && waited < first_look;
        return stops || (state.changing && waited < patience);
    };
    if (action != Action::stop)
        wait(first_look);
    auto state = manager_->state(name, deadline);
    while (state && goes_on(*state)) {
        wait(next_look);
        state = manager_->state(name, deadline);
    }
    return state;
}

}  // namespace mco::services
