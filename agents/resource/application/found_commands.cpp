// `mco resource find`, `types` and `diff`: one question to all nodes, as `mco rpc` asks it.
#include "agents/resource/application/browsing.hpp"
#include "agents/resource/application/choices.hpp"
#include "agents/resource/application/commands.hpp"
#include "agents/resource/application/outcome_screens.hpp"
#include "agents/resource/application/screens.hpp"
#include "cli/render/grid.hpp"
#include "client/resources/inquiry.hpp"
#include "client/resources/replies.hpp"
#include "client/resources/search_listing.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::AgentCall;
using cli::Context;
using cli::Form;

/// A call of the agent and what came of it.
struct Called {
    AgentCall call;
    client::Outcome outcome;
};

/// Whether each is shown as a line when it arrives, where lines are wanted.
enum class Replies { kept, shown };

Expected<Called> call_agent(Context& context,
                            const std::string& action,
                            Map inputs,
                            Replies replies = Replies::shown) {
    MCO_TRY(call, check_call(context, std::string(client::ral_agent), action, std::move(inputs)));
    const auto& settings = context.settings;
    MCO_TRY(outcome,
            run_call(context,
                     call,
                     {settings.verbose && !settings.for_programs(),
                      settings.progress,
                      replies == Replies::shown}));
    return Called{std::move(call), std::move(outcome)};
}

client::Comparison compare_failures(const client::Outcome& outcome) {
    client::Comparison failures;
    auto& all = failures.types.emplace_back();
    for (const auto& result : outcome.results)
        if (result.status != 0) {
            all.failed.push_back({static_cast<client::NodeNumber>(failures.nodes.size()),
                                  client::failure_of(result)});
            failures.nodes.push_back(result.sender);
        }
    return failures;
}

/// The report, or in another form than text the replies that it is made of; then who failed and who
/// is missing.
void print_report(Context& context, const Called& called, const std::string& report) {
    if (context.settings.form != Form::text)
        print_results(context, called.call, called.outcome);
    else if (!called.outcome.statistics.discovered.empty())
        context.screen.out(report);
    if (context.settings.form == Form::text)
        context.screen.err(failed_nodes(compare_failures(called.outcome), context.error_palette));
    print_missing(context, called.outcome.missing);
}

std::string state_of(const ral::Resource& resource) {
    const auto* ensure = resource.parameters.find("ensure");
    return ensure == nullptr || ensure->is_nil() ? "present" : text::to_s(*ensure);
}

bool is_managed(const Value& data) {
    const auto* managed = data.find("managed");
    return managed != nullptr && *managed == Value(true);
}

std::vector<FoundState> found_states(const client::Outcome& outcome) {
    std::map<std::pair<std::string, bool>, std::vector<std::string>> by_state;
    for (const auto& result : outcome.results) {
        const auto found = client::read_found(result.data);
        if (result.status == 0 && found)
            by_state[{state_of(*found), is_managed(result.data)}].push_back(result.sender);
    }
    std::vector<FoundState> states;
    for (auto& [state, nodes] : by_state)
        states.push_back({state.first, state.second, std::move(nodes)});
    std::stable_sort(states.begin(), states.end(), [](const FoundState& a, const FoundState& b) {
        return a.nodes.size() > b.nodes.size();
    });
    return states;
}

/// What nodes say of one resource, as a comparison.
Browsed compare_found(const std::string& type, const client::Outcome& outcome, bool ids) {
    Browsed browsed{
        {outcome.statistics.discovered, {}, {}, false}, outcome.missing, ending_of(outcome, false)};
    auto& comparison = browsed.comparison;
    auto& compared = comparison.types.emplace_back();
    compared.type = type;
    std::map<std::string_view, client::NodeNumber> numbers;
    for (const auto& node : comparison.nodes)
        numbers.emplace(node, static_cast<client::NodeNumber>(numbers.size()));
    for (const auto& result : outcome.results) {
        const auto node = numbers.find(result.sender);
        if (node == numbers.end())
            continue;
        const auto found = client::read_found(result.data);
        if (result.status != 0 || !found) {
            compared.failed.push_back(
                {node->second,
                 result.status != 0 ? client::failure_of(result) : found.error().message});
            continue;
        }
        std::vector<ral::Resource> resources;
        if (client::is_present(*found))
            resources.push_back(*found);
        client::take_resources(compared, node->second, resources, {nullptr, ids});
    }
    std::sort(compared.answered.begin(), compared.answered.end());
    for (const auto& node : outcome.statistics.silent)
        comparison.silent.push_back(numbers.at(node));
    return browsed;
}

}  // namespace

Expected<int> run_find(Context& context) {
    MCO_TRY(type, type_word(context, "find"));
    MCO_TRY(title, title_word(context, "find"));
    MCO_TRY(called, call_agent(context, "find", {{"title", title}, {"type", type}}));
    print_report(context, called, found_screen(type, title, found_states(called.outcome)));
    return exit_code(context, ending_of(called.outcome, false));
}

Expected<Browsed> find_everywhere(Context& context,
                                  const std::string& type,
                                  const std::string& title,
                                  const Choices& choices) {
    MCO_TRY(called, call_agent(context, "find", {{"title", title}, {"type", type}}, Replies::kept));
    return compare_found(type, called.outcome, choices.ids);
}

Expected<int> run_types(Context& context) {
    MCO_TRY(choices, read_choices(context.parsed));
    MCO_TRY(called, call_agent(context, "types", {}));
    std::map<std::string, KnownType> by_name;
    std::size_t nodes = 0;
    for (const auto& result : called.outcome.results) {
        if (result.status != 0)
            continue;
        ++nodes;
        for (const auto& name : client::texts(result.data, "types"))
            ++by_name[name].nodes;
        for (const auto& name : client::texts(result.data, "native"))
            ++by_name[name].native;
    }
    std::vector<KnownType> types;
    for (auto& [name, type] : by_name) {
        MCO_TRY(through, choices.lets_through(name));
        type.name = name;
        if (through)
            types.push_back(type);
    }
    print_report(
        context, called, types_screen(types, nodes, {context.palette, context.terminal.columns}));
    return exit_code(context, ending_of(called.outcome, false));
}

Expected<int> run_diff(Context& context) {
    MCO_TRY(type, type_word(context, "diff"));
    MCO_TRY(title, title_word(context, "diff"));
    const auto& words = context.parsed.arguments;
    MCO_TRY(parameters,
            read_parameters({words.begin() + 3, words.end()}, context.parsed.all("string")));
    MCO_TRY(called,
            call_agent(context,
                       "diff",
                       {{"parameters", std::move(parameters)}, {"title", title}, {"type", type}}));
    client::CloneGroups outcomes;
    for (const auto& result : called.outcome.results)
        if (result.status == 0)
            outcomes.add(client::read_diff(result), result.sender);
    print_report(context,
                 called,
                 fmt::format("{} {}\n{}",
                             type,
                             render::one_line(title),
                             outcome_screen(outcomes, {context.palette, 0})));
    const bool differing =
        outcomes.count(client::CloneVerdict::same) < called.outcome.statistics.passed;
    return exit_code(context, ending_of(called.outcome, differing));
}

}  // namespace mco::resource::application
