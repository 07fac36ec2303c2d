// Tells whether services run, starts and stops them (client and agents §5.3).
#include "agents/agent.hpp"
#include "agents/service/local_services.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace mco::agents {
namespace {

class Service final : public Agent {
  public:
    explicit Service(const AgentContext& context)
        : context_(context), services_(services::local_services(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.agent("service"); }

    rpc::Output act(const Call& call) const override {
        const auto action = services::find_action(call.action);
        if (!action)
            return rpc::failure("Unknown action " + std::string(call.action),
                                rpc::Status::unknown_action);
        const Value* const given = call.inputs.find("service");
        const std::string name = given && given->text() ? *given->text() : "";
        if (!services::is_service_name(name))
            return rpc::failure("'" + name + "' is not a valid service name",
                                rpc::Status::invalid_data);
        return output_of(services_.act(*action, name, deadline()));
    }

  private:
    static rpc::Output output_of(const services::Answer& answer) {
        rpc::Output output = answer.problem.empty() ? rpc::Output() : rpc::failure(answer.problem);
        if (answer.problem.empty() && !answer.remark.empty())
            output.message = answer.remark;
        if (!answer.status.empty())
            output.data.set("status", answer.status);
        return output;
    }

    /// Early enough for the caller to be told what became of the action.
    Monotonic deadline() const {
        const std::chrono::seconds limit(declaration().metadata.timeout);
        return context_.clock.monotonic() + limit - std::chrono::seconds(2);
    }

    const AgentContext& context_;
    const services::Provider& services_;  // the node's, as its data plug-in asks it, too
};

}  // namespace

/// Throws std::invalid_argument if a setting cannot be used.
std::unique_ptr<Agent> make_service_agent(const AgentContext& context) {
    return std::make_unique<Service>(context);
}

}  // namespace mco::agents
