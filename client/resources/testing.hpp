// For tests: nodes with resources that answer as the agent puppetral does, in invented time.
#pragma once

#include "client/dialogue.hpp"
#include "core/ral/listing.hpp"
#include "core/rpc/body.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mco::client::testing {

using Answer = std::function<std::optional<rpc::Output>(const std::string& action, const Map&)>;

inline rpc::Output good(Map data) {
    return {rpc::Status::ok, "OK", std::move(data)};
}

inline std::string input_text(const Map& inputs, std::string_view key) {
    const auto* value = inputs.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

/// Lines, as a node of ours has them.
inline std::vector<std::string> lines_of(const std::vector<ral::Resource>& resources,
                                         const ral::GroupNames& groups = {}) {
    return ral::canonical_lines(resources, {&groups, false});
}

inline ral::Resource user(const std::string& title, Map parameters) {
    return {"user", title, std::move(parameters), {}, false};
}

/// A node of ours.
struct RalNode {
    std::map<std::string, std::vector<ral::Resource>> resources;  ///< by type
    std::size_t page_bytes = std::size_t{1} << 20;

    rpc::Output digest(const Map& inputs) const {
        Map digests;
        std::string types = input_text(inputs, "types") + ',';
        for (std::size_t at = 0, end = 0; (end = types.find(',', at)) != std::string::npos;
             at = end + 1) {
            const auto type = types.substr(at, end - at);
            const auto known = resources.find(type);
            if (known == resources.end())
                digests.set(type, Map{{"error", "Could not find type " + type}});
            else
                digests.set(type, Map{{"digest", ral::digest(lines_of(known->second), {})}});
        }
        return good({{"digests", std::move(digests)}});
    }

    rpc::Output list(const Map& inputs) const {
        const auto lines = lines_of(resources.at(input_text(inputs, "type")));
        const auto* offset = inputs.find("offset");
        const auto begin = offset == nullptr ? 0 : static_cast<std::size_t>(*offset->integer());
        const auto page = ral::pack(lines, begin, page_bytes);
        if (!page)
            return rpc::failure(page.error().message, rpc::Status::invalid_data);
        return good({{"entries", page->entries},
                     {"digest", ral::digest(lines, {})},
                     {"next", static_cast<std::int64_t>(page->next)}});
    }

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) const {
        if (action == "digest")
            return digest(inputs);
        return action == "list" ? list(inputs) : rpc::failure("unexpected " + action);
    }
};

/// A node of the original.
struct RubyNode {
    std::map<std::string, std::vector<ral::Resource>> resources;
    bool by_title = false;  ///< in the form of release 0.4

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) const {
        if (action != "search")
            return rpc::failure("Unknown action " + action, rpc::Status::unknown_action);
        Map data;
        Array list;
        for (const auto& one : resources.at(input_text(inputs, "type"))) {
            list.push_back(ral::to_value(one));
            data.set(one.title, ral::to_value(one));
        }
        return good(by_title ? std::move(data) : Map{{"result", std::move(list)}});
    }
};

/// Nodes and the one who asks them.
class Stage {
  public:
    explicit Stage(std::map<std::string, Answer> nodes) : nodes_(std::move(nodes)) {}

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, answer] : nodes_)
            all.push_back(name);
        return all;
    }

    /// Until it is finished, or for so long. Whether it is finished.
    bool play(Dialogue& dialogue, std::chrono::seconds limit) {
        for (const auto end = now + limit; now < end; now += std::chrono::milliseconds(10)) {
            for (const auto& question : dialogue.next(now))
                put(question);
            if (dialogue.finished())
                return true;
            most_single = std::max(most_single, single());
            const auto arrived = std::exchange(replies_, {});
            for (const auto& [mark, reply] : arrived)
                dialogue.on_reply(mark, reply, now);
        }
        return false;
    }

    std::size_t asked(const std::string& node, const std::string& action) const {
        return static_cast<std::size_t>(std::count(
            questions.begin(), questions.end(), std::pair<std::string, std::string>(node, action)));
    }

    std::size_t asked(const std::string& action) const {
        return static_cast<std::size_t>(
            std::count_if(questions.begin(), questions.end(), [&](const auto& one) {
                return one.second == action;
            }));
    }

    Monotonic now{std::chrono::seconds(1000)};
    std::vector<std::pair<std::string, std::string>> questions;  ///< node and action
    std::vector<Question> sent;
    std::size_t most_single = 0;  ///< questions to one node, at the same time

  private:
    std::size_t single() const {
        return static_cast<std::size_t>(std::count_if(
            replies_.begin(), replies_.end(), [](const auto& one) { return one.first != 0; }));
    }

    void put(const Question& question) {
        sent.push_back(question);
        for (const auto& name : question.nodes) {
            questions.emplace_back(name, question.request.action);
            const auto output = nodes_.at(name)(question.request.action, question.request.inputs);
            if (!output)
                continue;
            message::Reply reply;
            reply.sender = name;
            reply.body = rpc::reply_body(*output);
            replies_.emplace_back(question.mark, std::move(reply));
        }
    }

    std::map<std::string, Answer> nodes_;
    std::vector<std::pair<std::uint64_t, message::Reply>> replies_;
};

}  // namespace mco::client::testing
