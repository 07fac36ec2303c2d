// For tests: nodes with resources and the one who asks them, in invented time.
#pragma once

#include "client/dialogue.hpp"
#include "client/resources/testing_nodes.hpp"
#include "core/rpc/body.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mco::client::testing {

/// What nodes are asked is remembered. Time passes while it is played.
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
