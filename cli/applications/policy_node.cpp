// Where `mco policy explain` knows facts and classes from.
#include "cli/agent_call.hpp"
#include "cli/applications/policy.hpp"
#include "cli/render/printable.hpp"
#include "core/serializer/json.hpp"
#include "core/serializer/yaml.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::cli {

namespace {

/// The data of the one answer. Errors: unavailable (none), denied (a refusal).
Expected<Value> ask(Context& context,
                    const std::string& node,
                    const std::string& action,
                    Map inputs) {
    MCO_TRY(call, check_call(context, "rpcutil", action, std::move(inputs)));
    MCO_TRY(outcome, run_call_on(context, call, node));
    if (outcome.results.empty())
        return fail(Errc::unavailable, "Did not receive any results from node " + node);
    auto& result = outcome.results.front();
    if (result.status != 0)
        return fail(
            Errc::denied,
            fmt::format(
                "{} refused rpcutil#{}: {}", node, action, render::printable(result.message)));
    return std::move(result.data);
}

Expected<Map> ask_data(Context& context, const std::string& node, const filter::DataTest& test) {
    Map inputs{{"source", test.name}};
    if (test.params)
        inputs.set("query", *test.params);
    MCO_TRY(answer, ask(context, node, "get_data", std::move(inputs)));
    return answer.map() != nullptr ? *answer.map() : Map();
}

Expected<Map> read_facts(const std::string& path) {
    MCO_TRY(text, system::read_file(path));
    const bool json = path.ends_with(".json");
    auto facts = json ? serializer::decode_json(text) : serializer::yaml::decode(text);
    if (!facts)
        return fail(facts.error().code, path + ": " + facts.error().message);
    if (facts->is_nil())
        return Map();
    if (facts->map() == nullptr)
        return fail(Errc::malformed, path + ": facts are a map of names to values");
    return std::move(*facts->map());
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        if (end > begin)
            parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The files of facts: those that were named, else those of the node's yaml source.
std::vector<std::string> fact_files(const options::Parsed& parsed, const config::Config* server) {
    if (parsed.has("facts"))
        return parsed.all("facts");
    if (server == nullptr || server->factsource.find("yaml") == std::string::npos)
        return {};
    return split(server->plugin_string("yaml", ""), ':');
}

Expected<std::vector<std::string>> read_classes(const options::Parsed& parsed,
                                                const config::Config* server) {
    const auto* named = parsed.last("classes");
    if (named == nullptr && server == nullptr)
        return std::vector<std::string>();
    auto text = system::read_file(named != nullptr ? named->text : server->classesfile);
    if (!text && named == nullptr)
        return std::vector<std::string>();  // a node without Puppet's file has no classes either
    if (!text)
        return tl::unexpected(text.error());
    return split(*text, '\n');
}

}  // namespace

Expected<PolicyNode> ask_node(Context& context, const std::string& name) {
    MCO_TRY(inventory, ask(context, name, "inventory", {}));
    PolicyNode node;
    if (const auto* facts = inventory.find("facts"); facts != nullptr && facts->map() != nullptr)
        node.facts = *facts->map();
    if (const auto* classes = inventory.find("classes");
        classes != nullptr && classes->array() != nullptr)
        for (const auto& one : *classes->array())
            if (const auto* text = one.text())
                node.classes.push_back(*text);
    node.data = [&context, name](const filter::DataTest& test) {
        return ask_data(context, name, test);
    };
    return node;
}

Expected<PolicyNode> local_node(const options::Parsed& parsed, const config::Config* server) {
    PolicyNode node;
    for (const auto& path : fact_files(parsed, server)) {
        MCO_TRY(facts, read_facts(path));
        for (auto& [name, value] : facts.entries())
            node.facts.set(std::move(name), std::move(value));
    }
    MCO_TRY(classes, read_classes(parsed, server));
    node.classes = std::move(classes);
    return node;
}

}  // namespace mco::cli
