#include "agents/package/ral_packages.hpp"

#include "core/text/ruby.hpp"

#include <string_view>
#include <utility>

namespace mco::package {
namespace {

std::string parameter(const ral::Resource& resource, std::string_view name) {
    const auto* value = resource.parameters.find(name);
    return value == nullptr || value->is_nil() ? std::string() : text::to_s(*value);
}

/// Puppet's word for what is to become of it.
std::string ensure_of(const Order& order) {
    switch (order.change) {
        case Change::install:
            return order.version.empty() ? "present" : order.version;
        case Change::update:
            return "latest";
        case Change::uninstall:
            return "absent";
        case Change::purge:
            return "purged";
    }
    return {};
}

/// The messages of the log, without level and source where they are errors; else all of them.
std::string messages(const std::vector<std::string>& log, bool errors_only) {
    constexpr std::string_view error = "err: ";
    std::string text;
    for (const std::string_view line : log) {
        if (errors_only && !line.starts_with(error))
            continue;
        text += text.empty() ? "" : "\n";
        text += errors_only ? line.substr(error.size()) : line;
    }
    return text;
}

/// What Puppet says of the change itself, or else the errors of its log.
std::string failure_of(const puppet::ApplyResult& applied) {
    std::string text;
    if (!applied.statuses.empty())
        for (const Value& event : applied.statuses[0].events) {
            const auto* status = event.find("status");
            const auto* message = event.find("message");
            if (status != nullptr && *status == Value("failure") && message != nullptr)
                text += (text.empty() ? "" : "\n") + text::to_s(*message);
        }
    if (text.empty())
        text = messages(applied.log, true);
    return text.empty() ? "Puppet does not say why" : text;
}

}  // namespace

RalPackages::RalPackages(puppet::Ral& ral, std::map<std::string, std::string> parameters)
    : ral_(ral), parameters_(std::move(parameters)) {}

/// Puppet's find knows a package of every name; of those that are not there it says `absent` or
/// `purged`.
Expected<PackageState> RalPackages::find(const std::string& name, Monotonic deadline) {
    MCO_TRY(found, ral_.find("package", name, deadline));
    PackageState state;
    state.name = name;
    state.ensure = parameter(found, "ensure");
    if (state.ensure.empty())
        state.ensure = "absent";
    state.mark = parameter(found, "mark");
    if (!state.is_present())
        return state;
    state.provider = parameter(found, "provider");
    split_version(state);
    return state;
}

Expected<Done> RalPackages::change(const Changes::Turn& /*turn*/,
                                   const Order& order,
                                   Monotonic deadline) {
    ral::Resource wanted{"package", order.name, {}, {}, false};
    wanted.parameters.set("ensure", ensure_of(order));
    for (const auto& [name, value] : parameters_)
        wanted.parameters.set(name, value);
    MCO_TRY(applied, ral_.apply({std::move(wanted)}, false, deadline));
    Done done{messages(applied.log, false), {}};
    const bool failed =
        applied.statuses.empty() || applied.statuses[0].failed || applied.statuses[0].skipped;
    if (failed)
        done.complaint = failure_of(applied);
    return done;
}

}  // namespace mco::package
