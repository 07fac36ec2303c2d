// Services of a node, as the agent and its data plug-in see them (client and agents §5.3).
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mco::services {

enum class Action { status, start, stop, restart };

/// The action of that name, as the declaration has it.
std::optional<Action> find_action(std::string_view name);

std::string_view name_of(Action action);

/// What came of an action, as its caller is told.
struct Answer {
    std::string status;   ///< `running` or `stopped`; empty: nobody could find out
    std::string problem;  ///< why it was not done; empty: it was
    std::string remark;   ///< what else is to be said of one that was done; empty: nothing
};

/// What the output `status` has for it.
std::string status_word(bool running);

/// Who knows the services of a node and what to do with them. All members: any worker thread,
/// several at a time.
class Provider {
  public:
    Provider() = default;
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;
    virtual ~Provider() = default;

    /// Does it and tells how the service is then. Blocks until the deadline at most. `name` is one
    /// that is_service_name() allows.
    virtual Answer act(Action action, const std::string& name, Monotonic deadline) const = 0;
};

/// Whether it can be the name of a service (client and agents §5.7): letters, digits and `._:@-`.
/// None begins with a dash, or programs would take it for an option (resources §8).
bool is_service_name(std::string_view name);

/// `Could not start 'X': WHY`.
std::string could_not(Action action, std::string_view name, std::string_view why);

}  // namespace mco::services
