// `mco resource generate`: resources as Puppet code.
#include "agents/resource/application/browsing.hpp"
#include "agents/resource/application/choices.hpp"
#include "agents/resource/application/commands.hpp"
#include "agents/resource/application/layout.hpp"
#include "cli/render/grid.hpp"
#include "client/resources/inquiry.hpp"
#include "client/resources/replies.hpp"
#include "client/resources/search_listing.hpp"
#include "core/config/literals.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;

/// Nodes with equal resources, and what one of them told.
struct Alike {
    ral::Resource resource;
    std::vector<std::string> nodes;
};

/// Equal ones once, the most common first.
std::vector<Alike> fold(const client::Outcome& outcome) {
    std::map<std::string, Alike> by_text;
    for (const auto& result : outcome.results) {
        auto found = client::read_found(result.data);
        if (result.status != 0 || !found || !client::is_present(*found))
            continue;
        auto& alike = by_text[ral::canonical_line(*found, {})];
        if (alike.nodes.empty())
            alike.resource = *std::move(found);
        alike.nodes.push_back(result.sender);
    }
    std::vector<Alike> all;
    for (auto& [text, alike] : by_text)
        all.push_back(std::move(alike));
    std::stable_sort(all.begin(), all.end(), [](const Alike& a, const Alike& b) {
        return a.nodes.size() > b.nodes.size();
    });
    return all;
}

/// A comment line; what nodes are called cannot end it.
std::string comment(const std::string& text) {
    return fmt::format("# {}\n", render::one_line(text));
}

/// Asks the one node, or all of the filter.
Expected<client::Outcome> ask(Context& context,
                              const std::string& action,
                              Map inputs,
                              const std::string& node) {
    MCO_TRY(call, check_call(context, std::string(client::ral_agent), action, std::move(inputs)));
    return node.empty() ? run_call(context, call, {}) : run_call_on(context, call, node);
}

/// Failures and missing nodes told, the exit code.
int finish(Context& context, const client::Outcome& outcome) {
    for (const auto& result : outcome.results)
        if (const auto why = client::failure_of(result); !why.empty())
            context.screen.err(fmt::format("\n{}: {}\n", result.sender, render::one_line(why)));
    print_missing(context, outcome.missing);
    return exit_code(context, ending_of(outcome, false));
}

Expected<int> generate_one(Context& context,
                           const std::string& type,
                           const std::string& title,
                           const std::string& node) {
    MCO_TRY(outcome, ask(context, "find", {{"title", title}, {"type", type}}, node));
    const auto variants = fold(outcome);
    if (variants.empty()) {
        const int code = finish(context, outcome);
        if (outcome.statistics.passed > 0)
            return fail(Errc::not_found, fmt::format("No node has the {} {}", type, title));
        return code;
    }
    const auto& first = variants.front();
    std::size_t others = 0;
    for (const auto& variant : variants)
        others += variant.nodes.size();
    others -= first.nodes.size();
    std::string text = comment("as on " + node_list(first.nodes));
    if (others > 0)
        text += comment(fmt::format("{} {} something else: mco resource show {} {}",
                                    counted(others, "node"),
                                    others == 1 ? "has" : "have",
                                    type,
                                    title));
    context.screen.out(text + ral::manifest(first.resource));
    return finish(context, outcome);
}

/// Sorted by title; what --match lets through.
Expected<std::vector<ral::Resource>> chosen(std::vector<ral::Resource> all,
                                            const std::string& type,
                                            const Choices& choices) {
    std::vector<ral::Resource> some;
    for (auto& one : all) {
        MCO_TRY(through, choices.lets_through(one.title));
        const bool counts =
            type != "package" || choices.all_providers || client::is_system_package(one);
        if (through && counts && client::is_present(one))
            some.push_back(std::move(one));
    }
    std::stable_sort(some.begin(), some.end(), [](const ral::Resource& a, const ral::Resource& b) {
        return a.title < b.title;
    });
    return some;
}

/// Of a node that is asked alone.
Expected<int> generate_all(Context& context, const std::string& type, const std::string& node) {
    MCO_TRY(choices, read_choices(context.parsed));
    if (node.empty())
        return fail(Errc::invalid, "Say whose resources are meant: --from NODE");
    Map inputs{{"type", type}};
    if (type == "package" && !choices.all_providers)
        inputs.set("provider", "system");
    MCO_TRY(outcome, ask(context, "search", std::move(inputs), node));
    for (const auto& result : outcome.results) {
        if (result.status != 0)
            continue;
        MCO_TRY(resources, client::read_search(result.data));
        MCO_TRY(some, chosen(std::move(resources), type, choices));
        std::string text =
            comment(fmt::format("{} on {}", counted(some.size(), type), result.sender));
        for (const auto& resource : some)
            text += '\n' + ral::manifest(resource);
        context.screen.out(text);
    }
    return finish(context, outcome);
}

}  // namespace

Expected<int> run_generate(Context& context) {
    MCO_TRY(type, type_word(context, "generate"));
    const auto node = context.parsed.text_or("from", "");
    if (!node.empty() && !config::is_identity(node))
        return fail(Errc::invalid, "'" + node + "' is not the name of a node");
    if (context.settings.form != cli::Form::text)
        return fail(Errc::invalid, "'mco resource generate' prints Puppet code only");
    if (context.parsed.arguments.size() < 3)
        return generate_all(context, type, node);
    MCO_TRY(title, title_word(context, "generate"));
    return generate_one(context, type, title, node);
}

}  // namespace mco::resource::application
