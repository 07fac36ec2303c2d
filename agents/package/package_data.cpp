// Data plug-in: whether a package is installed, and in which version (client and agents §5.2).
#include "agents/agent.hpp"
#include "agents/package/local_packages.hpp"
#include "agents/package/names.hpp"

#include <memory>
#include <string>

namespace mco::agents {
namespace {

class PackageData final : public DataPlugin {
  public:
    explicit PackageData(const AgentContext& context)
        : context_(context), local_(package::local_packages(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("package"); }

    bool is_active() const override {
        const auto& config = context_.config;
        return config.plugin_bool("package.activate_agent", config.activate_agents).value_or(false);
    }

    Expected<Map> look_up(const DataQuery& query) const override {
        const auto name = query.text();
        if (!package::is_package_name(name))
            return fail(Errc::invalid, "'" + name + "' is no package's name");
        MCO_TRY(state, local_.packages->find(name, context_.clock.monotonic() + query.time_left()));
        return Map{{"status", state.ensure}, {"installed", state.is_present()}};
    }

  private:
    const AgentContext& context_;
    package::LocalPackages& local_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_package_data(const AgentContext& context) {
    return std::make_unique<PackageData>(context);
}

}  // namespace mco::agents
