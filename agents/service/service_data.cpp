// Data plug-in: whether a service runs (client and agents §5.3).
#include "agents/agent.hpp"
#include "agents/service/local_services.hpp"

#include <memory>
#include <string>

namespace mco::agents {
namespace {

class ServiceData final : public DataPlugin {
  public:
    explicit ServiceData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("service"); }

    /// Whoever switches the agent off does not want to be asked about services.
    bool is_active() const override {
        const auto& config = context_.config;
        return config.plugin_bool("service.activate_agent", config.activate_agents).value_or(false);
    }

    Expected<Map> look_up(const DataQuery& query) const override {
        const std::string name = query.text();
        if (!services::is_service_name(name))
            return fail(Errc::invalid, "'" + name + "' is not a valid service name");
        const auto answer =
            services::local_services(context_).act(services::Action::status, name, query.deadline);
        if (!answer.problem.empty())
            return fail(Errc::unavailable, answer.problem);
        return Map{{"status", answer.status}};
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_service_data(const AgentContext& context) {
    return std::make_unique<ServiceData>(context);
}

}  // namespace mco::agents
