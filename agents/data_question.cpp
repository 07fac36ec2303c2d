#include "agents/data_question.hpp"

#include "core/ddl/validate.hpp"
#include "core/filter/compound.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace mco::agents {
namespace {

const DataPlugin* find_plugin(const NodeView& node, const std::string& name) {
    const auto plugins = node.data_plugins();
    const auto found = std::find_if(plugins.begin(), plugins.end(), [&](const DataPlugin* plugin) {
        return plugin->declaration().metadata.name == name;
    });
    return found == plugins.end() ? nullptr : *found;
}

/// The input in the type that is declared, if it may be asked at all.
Expected<Value> checked(const ddl::Ddl& declaration, Value input) {
    const auto* query = declaration.action("data");
    const auto* declared = query == nullptr ? nullptr : query->input("query");
    const auto& name = declaration.metadata.name;
    if (input.is_nil() && declared != nullptr && !declared->optional)
        return fail(Errc::invalid, "The data plugin " + name + " requires a query");
    if (input.is_nil())
        return input;
    if (declared == nullptr)
        return fail(Errc::invalid, "The data plugin " + name + " takes no query");
    if (const auto* text = input.string())
        if (auto converted = ddl::convert(*declared, *text))
            input = *std::move(converted);
    MCO_CHECK(ddl::validate(*declared, input));
    return input;
}

Expected<Map> look_up(const DataPlugin& plugin, const DataQuery& query) {
    const auto& name = plugin.declaration().metadata.name;
    try {
        return plugin.look_up(query);
    } catch (const std::exception& error) {
        return fail(Errc::unavailable, "The data plugin " + name + " failed: " + error.what());
    } catch (...) {  // a bad plug-in costs one answer, not the daemon
        return fail(Errc::unavailable, "The data plugin " + name + " failed");
    }
}

bool is_plain(const Value& value) {
    return value.is_nil() || value.text() != nullptr || value.integer() != nullptr ||
           value.real() != nullptr || value.boolean() != nullptr;
}

Expected<void> check_answer(const ddl::Ddl& declaration, const Map& answer) {
    for (const auto& [key, value] : answer.entries())
        if (key.text() == nullptr || !is_plain(value))
            return fail(Errc::invalid,
                        "The data plugin " + declaration.metadata.name +
                            " gave back more than texts, numbers and booleans");
    return {};
}

}  // namespace

DataQuestion::DataQuestion(const DataPlugin& plugin, Value input)
    : plugin_(&plugin), input_(std::move(input)) {}

std::chrono::seconds DataQuestion::limit() const {
    return std::chrono::seconds(std::max(plugin_->declaration().metadata.timeout, 1));
}

Expected<Map> DataQuestion::ask(const system::Clock& clock,
                                std::vector<std::string> outputs,
                                const std::atomic<bool>* given_up) const {
    const auto& declaration = plugin_->declaration();
    const auto begin = clock.monotonic();
    const DataQuery query{input_, std::move(outputs), clock, begin + limit(), given_up};
    auto answer = look_up(*plugin_, query);
    if (query.is_overdue())
        return fail(Errc::timed_out,
                    "The data plugin " + declaration.metadata.name + " took longer than " +
                        std::to_string(limit().count()) + " s");
    if (!answer)
        return answer;
    MCO_CHECK(check_answer(declaration, *answer));
    if (const auto* query_declared = declaration.action("data"))
        ddl::fill_outputs(*query_declared, *answer);
    return answer;
}

Expected<DataQuestion> prepare_data(const NodeView& node, std::string_view name, Value input) {
    const auto* plugin = find_plugin(node, filter::data_plugin_name(name));
    if (plugin == nullptr)
        return fail(Errc::not_found,
                    "Can't find DDL for data plugin '" + filter::data_plugin_name(name) + "_data'");
    MCO_TRY(question, checked(plugin->declaration(), std::move(input)));
    return DataQuestion(*plugin, std::move(question));
}

}  // namespace mco::agents
