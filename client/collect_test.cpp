#include "client/collect.hpp"

#include "core/rpc/body.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

using std::chrono::milliseconds;

const Monotonic start(milliseconds(1'000'000));

message::Reply reply(std::string sender, rpc::Output output = {}) {
    return {"id", std::move(sender), "rpcutil", "mcollective", {}, rpc::reply_body(output)};
}

TEST(Collector, IsDoneWhenEverybodyHasAnswered) {
    std::size_t answers = 0;
    Collector collector(
        {"a", "b"}, milliseconds(100), [&](Result&&, std::size_t count, auto) { answers = count; });
    collector.on_sent(start);
    EXPECT_FALSE(collector.on_reply(reply("b"), start));
    EXPECT_FALSE(collector.on_reply(reply("b"), start));
    EXPECT_EQ(collector.awaited(), std::vector<std::string>{"a"});
    EXPECT_TRUE(collector.on_reply(reply("a"), start));
    EXPECT_EQ(answers, 3u);
}

TEST(Collector, ExpectsANodeAsOftenAsItIsListed) {
    Collector collector({"a", "a"}, milliseconds(100), {});
    collector.on_sent(start);
    EXPECT_FALSE(collector.on_reply(reply("a"), start));
    EXPECT_TRUE(collector.on_reply(reply("a"), start));
}

TEST(Collector, StrangersDoNotCountTowardsTheEnd) {
    Collector collector({"a"}, milliseconds(100), {});
    collector.on_sent(start);
    EXPECT_FALSE(collector.on_reply(reply("stranger"), start));
    EXPECT_TRUE(collector.on_reply(reply("a"), start));
}

TEST(Collector, WaitsTheWholeTimeForNobodyInParticular) {
    Collector collector({}, milliseconds(100), {});
    collector.on_sent(start);
    EXPECT_FALSE(collector.on_reply(reply("a"), start));
    EXPECT_EQ(collector.wake_at(), start + milliseconds(100));
    EXPECT_FALSE(collector.on_tick(start + milliseconds(99)));
    EXPECT_TRUE(collector.on_tick(start + milliseconds(100)));
}

TEST(Collector, TellsOfEveryAnswerAndHowLongItTook) {
    std::vector<std::string> told;
    Collector collector(
        {"a"}, milliseconds(100), [&](Result&& result, std::size_t answers, auto since) {
            told.push_back(result.sender + std::to_string(answers) + "@" +
                           std::to_string(std::chrono::duration_cast<milliseconds>(since).count()));
        });
    collector.on_sent(start);
    EXPECT_TRUE(collector.on_reply(reply("a"), start + milliseconds(7)));
    EXPECT_EQ(told, std::vector<std::string>{"a1@7"});
}

TEST(Result, HoldsStatusMessageAndDataWithSymbols) {
    const auto result = result_from(reply("a", {rpc::Status::aborted, "no", Map{{"x", 1}}}));
    EXPECT_EQ(result.sender, "a");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.message, "no");
    EXPECT_EQ(result.data, Value(Map{{Symbol{"x"}, 1}}));
}

TEST(Result, OfAnUnreadableReplyIsAFailure) {
    auto broken = reply("a");
    broken.body = "pong";
    EXPECT_EQ(result_from(broken).status, 5);
}

TEST(Count, TellsSilentAndUnexpectedNodesApart) {
    const std::vector<Result> results = {{"b", 0, "OK", {}}, {"x", 1, "no", {}}, {"b", 5, "", {}}};
    const auto statistics = count({"c", "b", "a"}, results);
    EXPECT_EQ(statistics.silent, (std::vector<std::string>{"c", "a"}));
    EXPECT_EQ(statistics.unexpected, std::vector<std::string>{"x"});
    EXPECT_EQ(statistics.responses, 3u);
    EXPECT_EQ(statistics.passed, 1u);
    EXPECT_EQ(statistics.failed, 2u);
}

}  // namespace
}  // namespace mco::client
