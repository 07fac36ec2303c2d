#include "client/agent_call.hpp"

#include "client/call.hpp"
#include "client/call_dialogue.hpp"
#include "client/sources/source.hpp"
#include "core/ddl/aggregate.hpp"
#include "core/ddl/validate.hpp"
#include "core/message/request_id.hpp"
#include "core/text/spelling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mco::client {

namespace {

std::vector<ddl::Summary> summaries(const AgentCall& call, const std::vector<Result>& results) {
    std::vector<const Map*> replies;
    for (const auto& result : results)
        replies.push_back(result.data.map());
    return ddl::summarize(*call.action, replies);
}

/// How long discovery may take with a method: part of the time that replies have.
std::chrono::seconds discovery_time(const Caller& caller, const std::string& method) {
    if (const auto& asked = caller.settings.discovery_timeout)
        return *asked;
    if (const auto* source = find_source(method))
        return source->usual_timeout;
    return caller.estate.config.discovery_timeout.value_or(usual_discovery);
}

/// Those who replied, with their sums; and those who did not. Without targets the network is asked
/// for the nodes.
Expected<Outcome> perform_call(const Caller& caller,
                               const AgentCall& call,
                               const std::string& method,
                               std::optional<Targets> targets,
                               Status& status) {
    const auto& [estate, settings, link, names] = caller;
    MCO_TRY(session, link.session());
    MCO_TRY(id, message::fresh_request_id());
    const auto limit =
        reply_limit(settings, call.ddl->metadata.timeout, discovery_time(caller, method));
    // Those who were picked are asked at once, as the original does it.
    const auto batch = settings.limit ? Batch{} : settings.batch;
    const CallPlan plan{limit, addressing(estate.config), batch, settings.max_reply_bytes};
    std::vector<Result> results;
    CallDialogue dialogue(estate,
                          settings,
                          session->clock(),
                          {call.request, std::move(id), std::move(targets), plan},
                          status,
                          [&](Result&& result) { results.push_back(std::move(result)); });
    const auto ended = session->converse(call.request.collective, call.request.agent, dialogue);
    MCO_TRY(outcome, dialogue.outcome(ended));
    outcome.results = std::move(results);
    if (!outcome.statistics.discovered.empty())
        outcome.summaries = summaries(call, outcome.results);
    return outcome;
}

/// A misspelt input would be left out by every node, in silence.
tl::unexpected<Error> undeclared(const ddl::Action& action, const std::string& name) {
    std::vector<std::string> known;
    for (const auto& input : action.inputs)
        known.push_back(input.name);
    const auto near = text::nearest(name, known, text::plausible_edits(name.size()));
    return fail(
        Errc::invalid,
        fmt::format("The action {} has no input '{}'{} (--allow-undeclared sends it all the "
                    "same)",
                    action.name,
                    name,
                    near ? "; did you mean '" + *near + "'?" : ""));
}

}  // namespace

Expected<AgentCall> check_call(Catalogue& catalogue,
                               const CallSettings& settings,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs) {
    MCO_TRY(ddl, catalogue.find(plugin_types.front(), agent));
    if (const auto* declared = ddl->action(action))
        ddl::apply_defaults(*declared, inputs);
    MCO_TRY(declared, ddl::validate(*ddl, agent, action, inputs));
    AgentCall call{ddl, declared, {}};
    call.request.agent = agent;
    call.request.action = action;
    call.request.inputs = std::move(inputs);
    call.request.filter = with_agent(settings.filter, agent);
    call.request.collective = settings.collective;
    call.request.ttl = settings.ttl;
    return call;
}

filter::Filter with_agent(filter::Filter filter, const std::string& agent) {
    if (std::find(filter.agents.begin(), filter.agents.end(), agent) == filter.agents.end())
        filter.agents.push_back(agent);
    return filter;
}

Expected<Map> convert_inputs(const ddl::Ddl& ddl,
                             const std::string& action,
                             const Map& typed,
                             bool allow_undeclared) {
    const auto* declared = ddl.action(action);
    if (declared == nullptr)
        return typed;
    Map converted;
    for (const auto& [key, value] : typed.entries()) {
        const auto* input = declared->input(*key.text());
        if (input == nullptr && !allow_undeclared && !declared->other_inputs)
            return undeclared(*declared, *key.text());
        if (input == nullptr) {
            converted.set(key, value);
            continue;
        }
        MCO_TRY(typed_value, ddl::convert(*input, *value.text()));
        converted.set(key, std::move(typed_value));
    }
    return converted;
}

Expected<Outcome> call_nodes(const Caller& caller,
                             const AgentCall& call,
                             const DiscoveryChoice& wished,
                             Status& status) {
    const auto& filter = call.request.filter;
    MCO_TRY(choice, choose_method(caller.estate, wished, filter));
    std::optional<Targets> targets;
    if (choice.method != "mc" || only_named_nodes(filter) || caller.settings.max_nodes) {
        MCO_TRY(found, search(caller, filter, choice, status));
        targets = std::move(found);
    }
    return perform_call(caller, call, choice.method, std::move(targets), status);
}

Expected<Outcome> call_found(const Caller& caller,
                             const AgentCall& call,
                             const std::string& method,
                             Targets targets,
                             Status& status) {
    return perform_call(caller, call, method, std::move(targets), status);
}

Expected<Outcome> call_node(const Caller& caller,
                            const AgentCall& call,
                            const std::string& node,
                            Status& status) {
    auto named = call;
    named.request.filter.identities = {node};
    return perform_call(caller, named, "mc", Targets{{node}, true, Seconds{0}}, status);
}

Expected<std::string> call_unattended(const Caller& caller,
                                      const AgentCall& call,
                                      const std::string& reply_to,
                                      Status& status) {
    const auto& settings = caller.settings;
    const auto& filter = call.request.filter;
    if (settings.batch.size.number > 0)
        return fail(Errc::invalid, "Cannot bypass result processing for batched requests");
    MCO_TRY(choice, choose_method(caller.estate, settings.discovery, filter));
    std::optional<Targets> targets;
    if (choice.method != "mc" || settings.limit || settings.max_nodes || only_named_nodes(filter)) {
        MCO_TRY(found, search(caller, filter, choice, status));
        targets = std::move(found);
    }
    MCO_TRY(session, caller.link.session());
    return perform_unattended(
        *session, call.request, targets, addressing(caller.estate.config), reply_to);
}

}  // namespace mco::client
