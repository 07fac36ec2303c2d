// Data plug-in: what Puppet manages, and how its last run went (client and agents §5.1.6).
#include "agents/agent.hpp"
#include "agents/local_puppet.hpp"
#include "agents/puppet/last_run.hpp"
#include "puppet/resource_rules.hpp"

#include <chrono>
#include <memory>

namespace mco::agents {
namespace {

/// What the summary says, or `missing` where it says nothing.
Value find_in(const Map& summary, std::string_view section, std::string_view name, Value missing) {
    const Value* const part = summary.find(section);
    const Value* const found = part ? part->find(name) : nullptr;
    return found && !found->is_nil() ? *found : std::move(missing);
}

class ResourceData final : public DataPlugin {
  public:
    explicit ResourceData(const AgentContext& context)
        : context_(context), local_(puppet::local_puppet(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("resource"); }

    bool is_active() const override { return puppet::is_switched_on(context_.config); }

    Expected<Map> look_up(const DataQuery& query) const override {
        MCO_TRY(paths, local_.finder.paths(query.time_left()));
        MCO_TRY(summary, puppet::read_summary(paths->last_run_file));
        Map answer = figures(summary);
        if (!query.input.is_nil() && query.wants("managed")) {
            MCO_TRY(managed, puppet::is_managed(paths->resources, query.text()));
            answer.set("managed", managed);
        }
        return answer;
    }

  private:
    Map figures(const Map& summary) const {
        const auto now = std::chrono::floor<std::chrono::seconds>(context_.clock.now());
        const std::int64_t lastrun = puppet::last_run(summary);
        return Map{
            {"out_of_sync_resources", find_in(summary, "resources", "out_of_sync", 0)},
            {"failed_resources", find_in(summary, "resources", "failed", 0)},
            {"corrected_resources", find_in(summary, "resources", "corrective_change", 0)},
            {"changed_resources", find_in(summary, "resources", "changed", 0)},
            {"total_resources", find_in(summary, "resources", "total", 0)},
            {"total_time", find_in(summary, "time", "total", 0)},
            {"config_retrieval_time", find_in(summary, "time", "config_retrieval", 0)},
            {"lastrun", lastrun},
            {"since_lastrun", std::int64_t{now.time_since_epoch().count()} - lastrun},
            {"config_version", find_in(summary, "version", "config", "unknown")},
        };
    }

    const AgentContext& context_;
    puppet::LocalPuppet& local_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_resource_data(const AgentContext& context) {
    return std::make_unique<ResourceData>(context);
}

}  // namespace mco::agents
