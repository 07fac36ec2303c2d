// For the tests of this folder: a node that has resources.
#pragma once

#include "client/resources/testing_nodes.hpp"
#include "core/ral/testing.hpp"
#include "core/rpc/body.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mco::resource::application::testing {

using client::testing::good;
using client::testing::input_text;
using ral::examples::resource;

/// A node with these resources, which can be changed: the agent puppetral in small.
class Resources {
  public:
    explicit Resources(std::vector<ral::Resource> all) : all_(std::move(all)) {}

    std::string refuses;     ///< every real `apply`, as previews tell it
    std::string fails;       ///< every real one
    std::string would_fail;  ///< as previews tell it
    bool managed = false;
    std::set<std::string> no_types = {"nosuch"};  ///< what it does not know

    rpc::Output operator()(const rpc::CallBody& call) {
        const auto& inputs = call.inputs;
        if (call.action == "types")
            return good({{"types", Array{"cron", "user"}}, {"native", Array{"user"}}});
        if (call.action == "digest")
            return digest(inputs);
        const auto type = input_text(inputs, "type");
        if (call.action == "list")
            return good({{"entries", ral::pack(lines(type), 0, 1U << 20U)->entries},
                         {"digest", ral::digest(lines(type), {})}});
        if (call.action == "search")
            return search(type);
        if (call.action == "find")
            return find(type, input_text(inputs, "title"));
        if (call.action == "diff")
            return diff(type, input_text(inputs, "title"), *inputs.find("parameters")->map());
        if (call.action == "apply")
            return apply(*inputs.find("resources")->array(), *inputs.find("noop")->boolean());
        return rpc::failure("Unknown action " + call.action, rpc::Status::unknown_action);
    }

  private:
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

    rpc::Output digest(const Map& inputs) const {
        return client::testing::digests_of(inputs, [&](const std::string& type) {
            return no_types.contains(type) ? std::optional<std::vector<std::string>>()
                                           : lines(type);
        });
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
        auto data = ral::to_value(found ? *found : resource(type, title, {{"ensure", "absent"}}));
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
        const auto all = differences(type, title, wanted);
        return good({{"in_sync", all.empty()}, {"differences", all}});
    }

    rpc::Output apply(const Array& wanted, bool noop) {
        if (!noop && !refuses.empty())
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
        Map result{{"resource", made.reference()}, {"refused", refuses}};
        auto all =
            made.type == "group" ? Array{} : differences(made.type, made.title, made.parameters);
        result.set("outcome", "unchanged");
        if (all.empty())
            return result;
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

}  // namespace mco::resource::application::testing
