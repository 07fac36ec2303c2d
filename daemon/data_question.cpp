#include "daemon/data_question.hpp"

#include "core/ddl/validate.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>

namespace mco::daemon {
namespace {

const agents::DataPlugin* find_plugin(const agents::NodeView& node, const std::string& name) {
    const auto plugins = node.data_plugins();
    const auto found =
        std::find_if(plugins.begin(), plugins.end(), [&](const agents::DataPlugin* plugin) {
            return plugin->declaration().metadata.name == name;
        });
    return found == plugins.end() ? nullptr : *found;
}

Expected<void> check_question(const ddl::Ddl& declaration,
                              const std::optional<std::string>& question) {
    const auto* query = declaration.action("data");
    const auto* input = query == nullptr ? nullptr : query->input("query");
    const auto& name = declaration.metadata.name;
    if (question && input == nullptr)
        return fail(Errc::invalid, "the data plug-in " + name + " takes no question");
    if (question)
        return ddl::validate(*input, *question);
    if (input != nullptr && !input->optional)
        return fail(Errc::invalid, "the data plug-in " + name + " needs a question");
    return {};
}

Expected<Map> look_up(const agents::DataPlugin& plugin,
                      const std::optional<std::string>& question) {
    try {
        return plugin.look_up(question ? &*question : nullptr);
    } catch (const std::exception& error) {
        return fail(Errc::unavailable, error.what());
    }
}

}  // namespace

Expected<Map> ask_data(const agents::NodeView& node,
                       const system::Clock& clock,
                       const filter::DataTest& test) {
    const auto* plugin = find_plugin(node, test.name);
    if (plugin == nullptr)
        return fail(Errc::not_found, "there is no data plug-in " + test.name);
    const auto& declaration = plugin->declaration();
    MCO_CHECK(check_question(declaration, test.params));
    const auto limit = std::chrono::seconds(declaration.metadata.timeout);
    const auto begin = clock.monotonic();
    auto answer = look_up(*plugin, test.params);
    if (clock.monotonic() - begin > limit)
        return fail(Errc::timed_out,
                    "the data plug-in " + test.name + " took longer than " +
                        std::to_string(limit.count()) + " s");
    return answer;
}

}  // namespace mco::daemon
