#include "agents/service/puppet_services.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace mco::services {
namespace {

const std::string* text_in(const Value& event, std::string_view name) {
    const Value* const found = event.find(name);
    return found ? found->text() : nullptr;
}

/// Puppet's first words about what went wrong; empty: nothing did.
std::string trouble_in(const puppet::ApplyResult& result) {
    bool failed = false;
    for (const auto& resource : result.statuses) {
        failed = failed || resource.failed || resource.skipped;
        for (const Value& event : resource.events) {
            const auto* status = text_in(event, "status");
            const auto* message = text_in(event, "message");
            if (status && *status == "failure" && message && !message->empty())
                return *message;
        }
    }
    if (!failed)
        return {};
    for (const auto& line : result.log)
        if (line.starts_with("err"))
            return line.substr(line.find(": ") == std::string::npos ? 0 : line.find(": ") + 2);
    return "Puppet did not do it and does not say why";
}

/// As the providers of init scripts say it; others take a name that nobody knows for a service that
/// does not run.
bool means_unknown(std::string_view trouble) {
    return trouble.find("Could not find init script") != std::string_view::npos;
}

}  // namespace

PuppetServices::PuppetServices(FindRal ral, Map parameters)
    : ral_(std::move(ral)), parameters_(std::move(parameters)) {}

Expected<State> PuppetServices::state(const std::string& name, Monotonic deadline) const {
    MCO_TRY(result, ral_().apply({service(name, "running")}, true, deadline));
    const auto trouble = trouble_in(result);
    if (means_unknown(trouble))
        return State{.exists = false};
    if (!trouble.empty())
        return fail(Errc::invalid, trouble);
    if (result.statuses.empty())
        return fail(Errc::malformed, "Puppet says nothing of the service");
    return State{.running = !result.statuses.front().out_of_sync};
}

Expected<void> PuppetServices::act(Action action,
                                   const std::string& name,
                                   const State& before,
                                   Monotonic deadline) const {
    std::vector<ral::Resource> resources = {
        service(name, action == Action::stop ? "stopped" : "running")};
    if (action == Action::restart && before.running) {
        ral::Resource notice{"notify", "restart of " + name, {}, {}, false};
        notice.parameters.set("notify", resources.front().reference());
        resources.insert(resources.begin(), std::move(notice));
    }
    MCO_TRY(result, ral_().apply(resources, false, deadline));
    if (const auto trouble = trouble_in(result); !trouble.empty())
        return fail(Errc::invalid, trouble);
    return {};
}

ral::Resource PuppetServices::service(const std::string& name, const char* ensure) const {
    ral::Resource resource{"service", name, {}, {}, false};
    resource.parameters.set("ensure", ensure);
    for (const auto& [key, value] : parameters_.entries())
        if (key != Value("ensure"))
            resource.parameters.set(key, value);
    return resource;
}

}  // namespace mco::services
