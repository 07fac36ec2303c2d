// Data plug-in: what the Puppet agent is doing (client and agents §5.1.6).
#include "agents/agent.hpp"
#include "agents/local_puppet.hpp"
#include "agents/puppet/last_run.hpp"
#include "puppet/process_table.hpp"
#include "puppet/state.hpp"

#include <chrono>
#include <memory>

namespace mco::agents {
namespace {

class PuppetData final : public DataPlugin {
  public:
    explicit PuppetData(const AgentContext& context)
        : context_(context), local_(puppet::local_puppet(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("puppet"); }

    bool is_active() const override { return puppet::is_switched_on(context_.config); }

    Expected<Map> look_up(const DataQuery& query) const override {
        MCO_TRY(paths, local_.finder.paths(query.time_left()));
        const puppet::State state = puppet::read_state(*paths, local_.settings, processes_);
        Map answer{{"applying", state.applying},
                   {"enabled", state.enabled},
                   {"daemon_present", state.daemon_present},
                   {"status", state.status()},
                   {"disable_message", state.disable_message},
                   {"idling", state.idling()}};
        if (!query.wants("lastrun") && !query.wants("since_lastrun") && !query.wants("no_catalog"))
            return answer;
        MCO_TRY(summary, puppet::read_summary(paths->last_run_file));
        const std::int64_t lastrun = puppet::last_run(summary);
        const auto now = std::chrono::floor<std::chrono::seconds>(context_.clock.now());
        answer.set("lastrun", lastrun);
        answer.set("no_catalog", puppet::had_no_catalog(summary));
        answer.set("since_lastrun", std::int64_t{now.time_since_epoch().count()} - lastrun);
        return answer;
    }

  private:
    const AgentContext& context_;
    puppet::LocalPuppet& local_;
    const puppet::ProcessTable processes_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_puppet_data(const AgentContext& context) {
    return std::make_unique<PuppetData>(context);
}

}  // namespace mco::agents
