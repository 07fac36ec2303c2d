// The agent that every node has: inventory, facts, settings, counters (protocol §12.9).
#include "agents/agent.hpp"
#include "agents/data_question.hpp"
#include "core/config/show.hpp"
#include "core/filter/fact_path.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace mco::agents {
namespace {

std::string text_of(const Map& inputs, std::string_view name) {
    const Value* value = inputs.find(name);
    const std::string* text = value ? value->text() : nullptr;
    return text ? *text : std::string();
}

Array to_array(const std::vector<std::string>& texts) {
    Array values;
    for (const std::string& text : texts)
        values.emplace_back(text);
    return values;
}

Value copy_of(const Value* value) {
    return value ? *value : Value();
}

Map describe(const AgentMetadata& agent) {
    const ddl::Metadata& metadata = agent.metadata;
    Map entry;
    entry.set(Symbol{"agent"}, agent.agent);
    entry.set(Symbol{"license"}, metadata.license);
    entry.set(Symbol{"timeout"}, metadata.timeout);
    entry.set(Symbol{"description"}, metadata.description);
    entry.set(Symbol{"name"}, metadata.name);
    entry.set(Symbol{"url"}, metadata.url);
    entry.set(Symbol{"version"}, metadata.version);
    entry.set(Symbol{"author"}, metadata.author);
    return entry;
}

/// `a, b ,c` as its three names.
std::vector<std::string> split_names(const std::string& list) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::string part = list.substr(begin, end - begin);
        const std::size_t first = part.find_first_not_of(blanks);
        if (first != std::string::npos)
            names.push_back(part.substr(first, part.find_last_not_of(blanks) - first + 1));
        begin = end + 1;
    }
    return names;
}

class Rpcutil final : public Agent {
  public:
    explicit Rpcutil(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.agent("rpcutil"); }

    rpc::Output act(const Call& call) const override {
        if (call.action == "ping")
            return ping();
        if (call.action == "inventory")
            return inventory();
        if (call.action == "collective_info")
            return collective_info();
        if (call.action == "daemon_stats")
            return {rpc::Status::ok, "OK", context_.node.statistics()};
        if (call.action == "agent_inventory")
            return agent_inventory();
        if (call.action == "get_fact")
            return get_fact(text_of(call.inputs, "fact"));
        if (call.action == "get_facts")
            return get_facts(text_of(call.inputs, "facts"));
        if (call.action == "get_config_item")
            return get_config_item(text_of(call.inputs, "item"));
        if (call.action == "get_data")
            return get_data(text_of(call.inputs, "source"), call.inputs.find("query"));
        return rpc::failure("Unknown action " + std::string(call.action),
                            rpc::Status::unknown_action);
    }

  private:
    rpc::Output ping() const {
        const auto now = std::chrono::floor<std::chrono::seconds>(context_.clock.now());
        rpc::Output output;
        output.data.set("pong", std::int64_t{now.time_since_epoch().count()});
        return output;
    }

    rpc::Output inventory() const {
        const auto node = context_.node.inventory();
        Array plugins;
        for (const DataPlugin* plugin : context_.node.data_plugins())
            plugins.emplace_back(plugin->declaration().metadata.name + "_data");
        rpc::Output output = collective_info();
        output.data.set("agents", to_array(node->agents));
        output.data.set("facts", *node->facts);
        output.data.set("classes", to_array(node->classes));
        output.data.set("version", copy_of(context_.node.statistics().find("version")));
        output.data.set("data_plugins", std::move(plugins));
        return output;
    }

    rpc::Output collective_info() const {
        rpc::Output output;
        output.data.set("main_collective", context_.config.main_collective);
        output.data.set("collectives", to_array(context_.config.collectives));
        return output;
    }

    rpc::Output agent_inventory() const {
        Array agents;
        for (const AgentMetadata& agent : context_.node.agents())
            agents.emplace_back(describe(agent));
        rpc::Output output;
        output.data.set("agents", std::move(agents));
        return output;
    }

    rpc::Output get_fact(const std::string& fact) const {
        const auto node = context_.node.inventory();
        if (const auto known = filter::need_fact(*node->facts, node->facts_read, fact); !known)
            return rpc::failure(known.error().message);
        rpc::Output output;
        output.data.set("fact", fact);
        output.data.set("value", copy_of(filter::find_fact(*node->facts, fact)));
        return output;
    }

    rpc::Output get_facts(const std::string& facts) const {
        const auto node = context_.node.inventory();
        Map values;
        for (const std::string& fact : split_names(facts)) {
            if (const auto known = filter::need_fact(*node->facts, node->facts_read, fact); !known)
                return rpc::failure(known.error().message);
            values.set(fact, copy_of(filter::find_fact(*node->facts, fact)));
        }
        rpc::Output output;
        output.data.set("values", std::move(values));
        return output;
    }

    rpc::Output get_config_item(const std::string& item) const {
        auto value = config::config_item(context_.config, item);
        if (!value)
            return rpc::failure("Unknown config property " + item);
        rpc::Output output;
        output.data.set("item", item);
        output.data.set("value", *std::move(value));
        return output;
    }

    rpc::Output get_data(const std::string& source, const Value* query) const;

    const AgentContext& context_;
};

rpc::Output Rpcutil::get_data(const std::string& source, const Value* query) const {
    const auto question = prepare_data(context_.node, source, copy_of(query));
    if (!question)
        return rpc::failure(question.error().message,
                            question.error().code == Errc::not_found ? rpc::Status::failed
                                                                     : rpc::Status::invalid_data);
    auto answer = question->ask(context_.clock);
    if (!answer)
        return rpc::failure(answer.error().message, rpc::Status::failed);
    return {rpc::Status::ok, "OK", *std::move(answer)};
}

}  // namespace

std::unique_ptr<Agent> make_rpcutil_agent(const AgentContext& context) {
    return std::make_unique<Rpcutil>(context);
}

}  // namespace mco::agents
