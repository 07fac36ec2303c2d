// For the tests of this folder: `mco resource` on simulated nodes that have resources.
#pragma once

#include "cli/testing.hpp"
#include "core/ral/listing.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mco::agents {

cli::Application make_resource_command();

}  // namespace mco::agents

namespace mco::resource::application::testing {

using client::testing::Fleet;
using client::testing::NodePlan;

inline ral::Resource resource(std::string type, std::string title, Map parameters) {
    return {std::move(type), std::move(title), std::move(parameters), {}, false};
}

inline std::string input(const Map& inputs, std::string_view name) {
    const auto* value = inputs.find(name);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

/// A node with these resources, which can be changed: the agent puppetral in small.
class Resources {
  public:
    explicit Resources(std::vector<ral::Resource> all) : all_(std::move(all)) {}

    std::string refuses;     ///< every `apply`, with this
    std::string fails;       ///< every real one
    std::string would_fail;  ///< as previews tell it
    bool managed = false;

    rpc::Output operator()(const rpc::CallBody& call) {
        const auto& inputs = call.inputs;
        if (call.action == "types")
            return good({{"types", Array{"cron", "user"}}, {"native", Array{"user"}}});
        if (call.action == "digest")
            return digest(input(inputs, "types"));
        const auto type = input(inputs, "type");
        if (call.action == "list")
            return good({{"entries", ral::pack(lines(type), 0, 1U << 20U)->entries},
                         {"digest", ral::digest(lines(type), {})}});
        if (call.action == "search")
            return search(type);
        if (call.action == "find")
            return find(type, input(inputs, "title"));
        if (call.action == "diff")
            return diff(type, input(inputs, "title"), *inputs.find("parameters")->map());
        if (call.action == "apply")
            return apply(*inputs.find("resources")->array(), *inputs.find("noop")->boolean());
        return rpc::failure("Unknown action " + call.action, rpc::Status::unknown_action);
    }

  private:
    static rpc::Output good(Map data) { return {rpc::Status::ok, "OK", std::move(data)}; }

    std::vector<ral::Resource> of(const std::string& type) const {
        std::vector<ral::Resource> some;
        for (const auto& one : all_)
            if (one.type == type)
                some.push_back(one);
        return some;
    }

    std::vector<std::string> lines(const std::string& type) const {
        const ral::GroupNames groups{{10, "wheel"}, {30, "gopher"}};
        return ral::canonical_lines(of(type), {&groups, false});
    }

    rpc::Output digest(std::string types) const {
        Map digests;
        types += ',';
        for (std::size_t at = 0, end = 0; (end = types.find(',', at)) != std::string::npos;
             at = end + 1) {
            const auto type = types.substr(at, end - at);
            if (type == "nosuch")
                digests.set(type, Map{{"error", "Could not find type nosuch"}});
            else
                digests.set(type, Map{{"digest", ral::digest(lines(type), {})}});
        }
        return good({{"digests", std::move(digests)}});
    }

    rpc::Output search(const std::string& type) const {
        Array list;
        for (const auto& one : of(type))
            list.push_back(ral::to_value(one));
        return good({{"result", std::move(list)}});
    }

    ral::Resource* known(const std::string& type, const std::string& title) {
        const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& one) {
            return one.type == type && one.title == title;
        });
        return found == all_.end() ? nullptr : &*found;
    }

    rpc::Output find(const std::string& type, const std::string& title) {
        const auto* found = known(type, title);
        auto data = ral::to_value(found != nullptr ? *found
                                                   : resource(type, title, {{"ensure", "absent"}}));
        data.map()->set("managed", managed);
        return good(std::move(*data.map()));
    }

    Array differences(const std::string& type, const std::string& title, const Map& wanted) {
        const auto* found = known(type, title);
        if (found == nullptr)
            return {Map{{"property", "ensure"}, {"is", "absent"}, {"should", "present"}}};
        Array all;
        for (const auto& [key, value] : wanted.entries()) {
            const auto* is = found->parameters.find(*key.text());
            const bool nothing = value == Value("") || value == Value(Array{});
            if (*key.text() != "membership" && (is == nullptr ? !nothing : *is != value))
                all.push_back(Map{
                    {"property", key}, {"is", is == nullptr ? Value() : *is}, {"should", value}});
        }
        return all;
    }

    rpc::Output diff(const std::string& type, const std::string& title, const Map& wanted) {
        auto all = differences(type, title, wanted);
        const bool same = all.empty();
        return good({{"in_sync", same}, {"differences", std::move(all)}});
    }

    rpc::Output apply(const Array& wanted, bool noop) {
        if (!refuses.empty())
            return rpc::failure(refuses);
        Array results;
        for (const auto& one : wanted)
            results.push_back(apply_one(one, noop));
        return good({{"results", std::move(results)}});
    }

    Value apply_one(const Value& wanted, bool noop) {
        const auto made = resource(*wanted.find("type")->text(),
                                   *wanted.find("title")->text(),
                                   *wanted.find("parameters")->map());
        Map result{{"resource", made.reference()}};
        auto all =
            made.type == "group" ? Array{} : differences(made.type, made.title, made.parameters);
        if (all.empty()) {
            result.set("outcome", "unchanged");
            return result;
        }
        result.set("outcome", noop ? "would change" : fails.empty() ? "changed" : "failed");
        result.set("message", fails);
        result.set("would_fail", noop ? would_fail : "");
        result.set("differences", std::move(all));
        if (!noop && fails.empty()) {
            if (auto* found = known(made.type, made.title))
                found->parameters = made.parameters;
            else
                all_.push_back(made);
        }
        return result;
    }

    std::vector<ral::Resource> all_;
};

/// The node of a plan, which copies share.
inline NodePlan shared_node(const std::string& name, std::shared_ptr<Resources> resources) {
    return {name, {}, [resources](const rpc::CallBody& call) { return (*resources)(call); }};
}

inline NodePlan node(const std::string& name, std::vector<ral::Resource> all) {
    return shared_node(name, std::make_shared<Resources>(std::move(all)));
}

/// `mco resource WORDS…`, as the only command there is. `answer`: of whoever sits at the terminal;
/// `piped`: what a pipe holds instead.
inline cli::testing::Shown run_resource(Fleet& fleet,
                                        std::vector<std::string> words,
                                        const std::optional<std::string>& answer = {},
                                        const cli::Terminal& terminal = {},
                                        const std::optional<std::string>& piped = {}) {
    const cli::Commands commands({agents::make_resource_command()});
    words.emplace_back("--np");
    return cli::testing::run_application(fleet,
                                         commands,
                                         "resource",
                                         std::move(words),
                                         {},
                                         client::NodeMemoryFile(""),
                                         piped,
                                         answer,
                                         terminal);
}

}  // namespace mco::resource::application::testing
