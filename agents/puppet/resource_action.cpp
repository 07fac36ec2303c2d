#include "agents/puppet/resource_action.hpp"

#include "agents/puppet/resource_apply.hpp"
#include "agents/puppet/resource_catalog.hpp"
#include "puppet/resource_parameters.hpp"
#include "puppet/resource_rules.hpp"

#include <chrono>
#include <string>

namespace mco::puppet {
namespace {

using std::chrono::milliseconds;

/// For what surrounds the child process, so that our answer comes before the caller is told that
/// there is none.
constexpr milliseconds reserve(1'000);

std::string text_input(const Map& inputs, std::string_view name) {
    const Value* const value = inputs.find(name);
    const std::string* const text = value ? value->text() : nullptr;
    return text ? *text : std::string();
}

}  // namespace

rpc::Output act_on_resource(const agents::AgentContext& context,
                            LocalPuppet& puppet,
                            const Map& inputs) {
    const std::chrono::seconds timeout(context.declarations.agent("puppet").metadata.timeout);
    const Monotonic deadline = context.clock.monotonic() + timeout - reserve;
    const auto time_left = [&] {
        return std::chrono::duration_cast<milliseconds>(deadline - context.clock.monotonic());
    };
    const ResourceName name{lower_case(text_input(inputs, "type")), text_input(inputs, "name")};
    const ResourceLists lists{context.config, "puppet"};
    if (const auto allowed = check_lists(name, lists); !allowed)
        return rpc::failure(allowed.error().message);
    const auto paths = puppet.finder.paths(time_left());
    if (!paths)
        return rpc::failure(paths.error().message);
    if (!puppet.settings.allow_managed_resources)
        if (const auto unmanaged = check_unmanaged((*paths)->resources, name); !unmanaged)
            return rpc::failure(unmanaged.error().message);
    if (!puppet.settings.allow_managed_resources || has_name_list(name.type, lists))
        if (const auto near = check_no_reach(name, inputs); !near)
            return rpc::failure(near.error().message);
    const auto catalog = catalog_of(name, inputs, !has_name_list(name.type, lists));
    if (!catalog)
        return rpc::failure(catalog.error().message);
    const auto applied =
        apply_catalog(puppet.settings, **paths, name, *catalog, time_left(), context.runner);
    const std::string failed = "Failed to apply " + name.reference() + ": ";
    if (!applied)
        return rpc::failure(failed + applied.error().message);
    rpc::Output output = applied->failed ? rpc::failure(failed + applied->result) : rpc::Output();
    output.data.set("result", applied->result);
    output.data.set("changed", applied->changed);
    return output;
}

}  // namespace mco::puppet
