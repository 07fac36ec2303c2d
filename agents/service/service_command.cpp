#include "agents/service/service_command.hpp"

#include "agents/service/programs.hpp"

#include <utility>

namespace mco::services {

ServiceCommand::ServiceCommand(std::string command,
                               system::Runner& runner,
                               const system::Clock& clock)
    : command_(std::move(command)), runner_(runner), clock_(clock) {}

Answer ServiceCommand::act(Action action, const std::string& name, Monotonic deadline) const {
    const auto done =
        run_until(runner_, clock_, {command_, name, std::string(name_of(action))}, deadline);
    if (!done)
        return {"", could_not(action, name, done.error().message), ""};
    const bool succeeded = done->exit_code == 0;
    return {status_word(succeeded != (action == Action::stop)), "", ""};
}

}  // namespace mco::services
