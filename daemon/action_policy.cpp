#include "daemon/action_policy.hpp"

#include "agents/data_question.hpp"
#include "system/files.hpp"
#include "system/policies/policies.hpp"

#include <string>
#include <utility>

namespace mco::daemon {
namespace {

class ActionPolicy final : public Authorizer {
  public:
    ActionPolicy(policies::Settings settings,
                 const agents::NodeView& node,
                 const system::Clock& clock,
                 system::Log& log)
        : files_(std::move(settings), log), node_(node), clock_(clock) {}

    Verdict authorize(const message::Request& request, std::string_view action) const override {
        const auto inventory = node_.inventory();
        const policy::Subject subject{
            *inventory->facts,
            inventory->classes,
            [this](const filter::DataTest& test) { return ask_data(test); },
            inventory->facts_read,
            inventory->classes_read};
        auto ruling = files_.decide({request->agent, request->collective},
                                    {request->caller, request.trusted(), action},
                                    subject);
        auto message = ruling.allowed ? std::string() : told(ruling);
        return {ruling.allowed, std::move(ruling.rule), rpc::Status::aborted, std::move(message)};
    }

    Verdict authorize_filter(const message::Request& request,
                             std::string_view subject) const override {
        if (!files_.settings().filters)
            return {true, "plugin.actionpolicy.filters is off", rpc::Status::ok, {}};
        const auto inventory = node_.inventory();
        const auto no_data = [](const filter::DataTest&) -> Expected<Map> {
            return fail(Errc::invalid, "data plug-ins are not asked in filter.policy");
        };
        auto ruling = files_.decide({"filter", request->collective},
                                    {request->caller, request.trusted(), subject},
                                    {*inventory->facts,
                                     inventory->classes,
                                     no_data,
                                     inventory->facts_read,
                                     inventory->classes_read});
        return {ruling.allowed, std::move(ruling.rule), rpc::Status::aborted, {}};
    }

  private:
    Expected<Map> ask_data(const filter::DataTest& test) const {
        MCO_TRY(
            question,
            agents::prepare_data(node_, test.name, test.params ? Value(*test.params) : Value()));
        return question.ask(clock_, {test.field});
    }

    /// Which rule it was is nobody's business unless the site says so.
    std::string told(const policies::Ruling& ruling) const {
        std::string text(policies::denial);
        if (files_.settings().explain_denials)
            text += " " + ruling.rule;
        return text;
    }

    const policies::PolicyFiles files_;
    const agents::NodeView& node_;
    const system::Clock& clock_;
};

void warn(const config::Config& config, const policies::Settings& settings, system::Log& log) {
    for (const auto& warning : settings.warnings)
        log.warn("{}", warning);
    if (config.securityprovider == "psk")
        log.warn(
            "Policies rest on caller ids that nobody proves: with securityprovider = psk everybody "
            "who has the key can claim any name");
    const bool otherwise = settings.allow_unconfigured || settings.enable_default;
    if (settings.filters && !otherwise && !system::stamp(settings.directory + "/filter.policy"))
        log.warn("There is no {}/filter.policy: nobody's filter may read facts or data plug-ins",
                 settings.directory);
    log.info("Actions are authorised by the policies in {}", settings.directory);
}

}  // namespace

Expected<std::unique_ptr<Authorizer>> make_authorizer(const config::Config& config,
                                                      const agents::NodeView& node,
                                                      const system::Clock& clock,
                                                      system::Log& log) {
    // what is meant to close something must not be off by a slip of the pen
    MCO_CHECK(config.plugin_bool("actionpolicy.filters", false));
    if (!config.rpcauthorization && policies::read_settings(config).filters)
        return fail(Errc::invalid,
                    config.plugin.at("actionpolicy.filters").origin +
                        ": plugin.actionpolicy.filters does nothing without rpcauthorization = 1 "
                        "and rpcauthprovider = action_policy");
    if (!config.rpcauthorization)
        return nullptr;
    const auto& provider = config.rpcauthprovider;
    if (provider != "action_policy" && provider != "actionpolicy") {
        const auto set = config.core.find("rpcauthprovider");
        const auto origin = set == config.core.end() ? std::string() : set->second.origin + ": ";
        return fail(Errc::invalid,
                    origin +
                        (provider.empty() ? "rpcauthorization = 1 needs rpcauthprovider"
                                          : "rpcauthprovider " + provider + " is unknown") +
                        ": the one there is is action_policy");
    }
    auto settings = policies::read_settings(config);
    warn(config, settings, log);
    return std::make_unique<ActionPolicy>(std::move(settings), node, clock, log);
}

}  // namespace mco::daemon
