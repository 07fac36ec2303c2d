// Data plug-in: metadata of an active agent (protocol §12.8).
#include "agents/agent.hpp"

#include <memory>
#include <string>

namespace mco::agents {
namespace {

class AgentData final : public DataPlugin {
  public:
    explicit AgentData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("agent"); }

    Expected<Map> look_up(const DataQuery& query) const override {
        const std::string name = query.text();
        for (const AgentMetadata& agent : context_.node.agents())
            if (agent.agent == name)
                return describe(agent);
        return fail(Errc::not_found, "No agent called " + name + " found");
    }

  private:
    static Map describe(const AgentMetadata& agent) {
        Map answer;
        answer.set("agent", agent.agent);
        answer.set("license", agent.metadata.license);
        answer.set("timeout", agent.metadata.timeout);
        answer.set("description", agent.metadata.description);
        answer.set("url", agent.metadata.url);
        answer.set("version", agent.metadata.version);
        answer.set("author", agent.metadata.author);
        return answer;
    }

    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_agent_data(const AgentContext& context) {
    return std::make_unique<AgentData>(context);
}

}  // namespace mco::agents
