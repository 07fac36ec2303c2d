#include "agents/puppetral/changing.hpp"

#include "agents/puppetral/foresight.hpp"
#include "agents/puppetral/outcome.hpp"
#include "agents/puppetral/rights.hpp"
#include "agents/puppetral/wishes.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mco::puppetral {
namespace {

using Resources = std::vector<ral::Resource>;

/// A failure whose text stands in the output status, too.
rpc::Output refusal(std::string message) {
    rpc::Output refused = rpc::failure(message);
    refused.data.set("status", std::move(message));
    return refused;
}

Expected<std::vector<Outcome>> applied(const Means& means,
                                       const Resources& wished,
                                       bool noop,
                                       Monotonic deadline) {
    auto result = means.ral.apply(wished, noop, deadline);
    if (!result)
        return fail(result.error().code, without_values(result.error().message, wished));
    const Secrets secrets = means.settings.show_secrets ? Secrets::shown : Secrets::hidden;
    return outcomes(wished, *result, noop, secrets);
}

/// As the original meant it: the parameter is dropped where another resource of the type has its
/// value, or one has the title, already.
Expected<void> avoid_conflict(const Means& means,
                              ral::Resource& wished,
                              const std::string& parameter,
                              Monotonic deadline) {
    const Value* const value = wished.parameters.find(parameter);
    if (parameter == "name" || !value)
        return {};
    MCO_TRY(listed, means.ral.search(wished.type, "", deadline));
    const std::string text = text::to_s(*value);
    const bool conflict = std::any_of(
        listed.resources.begin(), listed.resources.end(), [&](const ral::Resource& there) {
            const Value* const its = there.parameters.find(parameter);
            return there.title == wished.title || (its && text::to_s(*its) == text);
        });
    auto& entries = wished.parameters.entries();
    if (conflict)
        entries.erase(std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
            return *entry.key.text() == parameter;
        }));
    return {};
}

/// What the resource is like afterwards, whatever was done.
void tell_state(const Means& means,
                const ral::Resource& wished,
                Monotonic deadline,
                rpc::Output& output) {
    auto found = means.ral.find(wished.type, wished.title, deadline);
    if (found)
        output.data.set("resource", ral::to_value(means.shown(*std::move(found))));
    else
        means.context.log.warn("puppetral: {} is not found after a change: {}",
                               wished.reference(),
                               found.error().message);
}

Value told(const Outcome& outcome) {
    return Map{{"resource", outcome.resource},
               {"outcome", outcome.outcome},
               {"differences", outcome.differences},
               {"would_fail", ""},
               {"refused", ""},
               {"message", outcome.message}};
}

/// Adds to the results of a preview what the change would meet with that Puppet's no-op cannot see.
void foresee(const Means& means,
             const Resources& wished,
             const std::vector<Outcome>& outcomes,
             Monotonic deadline,
             Array& results) {
    auto refused = refusals(means, wished, deadline);
    for (std::size_t i = 0; i < results.size(); ++i) {
        Map& result = *results[i].map();
        if (outcomes[i].is_different())
            result.set("would_fail", would_fail(means, wished[i], wished, deadline));
        result.set("refused", std::move(refused[i]));
    }
}

}  // namespace

rpc::Output diff(const Means& means, const Map& inputs) {
    const Monotonic deadline = means.deadline();
    const auto wished = wished_resource(inputs);
    if (!wished)
        return rpc::failure(wished.error().message);
    if (const auto allowed = check_preview(means, {*wished}); !allowed)
        return rpc::failure(allowed.error().message);
    auto done = applied(means, {*wished}, true, deadline);
    if (!done)
        return rpc::failure(done.error().message);
    Outcome& outcome = done->front();
    rpc::Output output = outcome.is_good() ? rpc::Output() : rpc::failure(outcome.message);
    output.data.set("in_sync", outcome.outcome == "unchanged");
    output.data.set("differences", std::move(outcome.differences));
    if (outcome.is_different())
        output.data.set("would_fail", would_fail(means, *wished, {*wished}, deadline));
    return output;
}

rpc::Output create(const Means& means, const Map& inputs) {
    const Monotonic deadline = means.deadline();
    auto wished = wished_resource(inputs);
    if (!wished)
        return refusal(wished.error().message);
    if (const auto allowed = check_create(means, *wished, deadline); !allowed)
        return refusal(allowed.error().message);
    const std::string parameter = text_input(inputs, "avoid_conflict");
    if (const auto avoided = avoid_conflict(means, *wished, parameter, deadline); !avoided)
        return refusal(avoided.error().message);
    const auto done = applied(means, {*wished}, false, deadline);
    if (!done)
        return refusal(done.error().message);
    const Outcome& outcome = done->front();
    rpc::Output output = outcome.is_good() ? rpc::Output() : refusal(outcome.message);
    if (outcome.is_good())
        output.data.set("status", "Resource was created");
    tell_state(means, *wished, deadline, output);
    output.data.set("changed", outcome.is_different());
    return output;
}

rpc::Output apply(const Means& means, const Map& inputs) {
    const Monotonic deadline = means.deadline();
    const bool noop = flag_input(inputs, "noop", true);
    const auto wished = wished_resources(inputs);
    if (!wished)
        return rpc::failure(wished.error().message);
    const auto allowed =
        noop ? check_preview(means, *wished) : check_apply(means, *wished, deadline);
    if (!allowed)
        return rpc::failure(allowed.error().message);
    const auto done = applied(means, *wished, noop, deadline);
    if (!done)
        return rpc::failure(done.error().message);
    rpc::Output output;
    Array results;
    std::int64_t changed = 0;
    std::int64_t failed = 0;
    for (const Outcome& outcome : *done) {
        if (!outcome.is_good() && failed++ == 0)
            output = rpc::failure(outcome.resource + ": " + outcome.message);
        changed += outcome.is_different() ? 1 : 0;
        results.push_back(told(outcome));
    }
    if (noop)
        foresee(means, *wished, *done, deadline, results);
    output.data.set("results", std::move(results));
    output.data.set("changed", changed);
    output.data.set("failed", failed);
    output.data.set("noop", noop);
    return output;
}

}  // namespace mco::puppetral
