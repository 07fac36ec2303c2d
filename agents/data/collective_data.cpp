// Data plug-in: does the node belong to a collective? (protocol §12.8)
#include "agents/agent.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace mco::agents {
namespace {

class CollectiveData final : public DataPlugin {
  public:
    explicit CollectiveData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override {
        return context_.declarations.data("collective");
    }

    Expected<Map> look_up(const DataQuery& query) const override {
        const auto& ours = context_.config.collectives;
        Map answer;
        answer.set("member", std::find(ours.begin(), ours.end(), query.text()) != ours.end());
        return answer;
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_collective_data(const AgentContext& context) {
    return std::make_unique<CollectiveData>(context);
}

}  // namespace mco::agents
