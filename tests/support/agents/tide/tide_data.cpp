// Data plug-in of a site's own, in a folder outside of the tree (agents/README.md): tests build it
// in.
#include "agents/agent.hpp"
#include "core/filter/fact_path.hpp"

#include <memory>

namespace mco::agents {
namespace {

class TideData final : public DataPlugin {
  public:
    explicit TideData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("tide"); }

    Expected<Map> look_up(const DataQuery&) const override {
        const auto node = context_.node.inventory();
        const auto* tide = filter::find_fact(*node->facts, "tide");
        if (tide == nullptr)
            return fail(Errc::not_found, "there is no sea here");
        return Map{{"high", *tide == Value("high")}};
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_tide_data(const AgentContext& context) {
    return std::make_unique<TideData>(context);
}

}  // namespace mco::agents
