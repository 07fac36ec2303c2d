// Shows, compares and changes the resources of the node (resources §4).
#include "agents/agent.hpp"
#include "agents/local_puppet.hpp"
#include "agents/local_ral.hpp"
#include "agents/puppetral/changing.hpp"
#include "agents/puppetral/comparing.hpp"
#include "agents/puppetral/means.hpp"
#include "agents/puppetral/reading.hpp"
#include "agents/puppetral/settings.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace mco::agents {
namespace {

puppetral::Settings usable_settings(const config::Config& config) {
    const auto settings = puppetral::read_settings(config);
    if (!settings)
        throw std::invalid_argument(settings.error().message);
    return *settings;
}

class PuppetRal final : public Agent {
  public:
    explicit PuppetRal(const AgentContext& context)
        : context_(context),
          means_{context,
                 puppet::local_puppet(context),
                 puppet::local_ral(context),
                 usable_settings(context.config)} {}

    const ddl::Ddl& declaration() const override {
        return context_.declarations.agent("puppetral");
    }

    void refresh() const override { means_.ral.refresh(); }

    /// Native reading asks where plug-ins are, which Puppet takes a second to tell.
    void prepare() const override {
        if (const auto paths = means_.puppet.finder.paths(); !paths)
            context_.log.info("puppetral: {}", paths.error().message);
    }

    rpc::Output act(const Call& call) const override {
        if (call.action == "find")
            return puppetral::find(means_, call.inputs);
        if (call.action == "search")
            return puppetral::search(means_, call.inputs);
        if (call.action == "types")
            return puppetral::types(means_);
        if (call.action == "digest")
            return puppetral::digest(means_, call.inputs);
        if (call.action == "list")
            return puppetral::list(means_, call.inputs);
        if (call.action == "diff")
            return puppetral::diff(means_, call.inputs);
        if (call.action == "create")
            return puppetral::create(means_, call.inputs);
        if (call.action == "apply")
            return puppetral::apply(means_, call.inputs);
        return rpc::failure("Unknown action " + std::string(call.action),
                            rpc::Status::unknown_action);
    }

  private:
    const AgentContext& context_;
    const puppetral::Means means_;
};

}  // namespace

/// Throws std::invalid_argument if a setting cannot be used: better no start than rights other than
/// configured.
std::unique_ptr<Agent> make_puppetral_agent(const AgentContext& context) {
    return std::make_unique<PuppetRal>(context);
}

}  // namespace mco::agents
