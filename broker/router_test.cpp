#include "broker/router.hpp"

#include "broker/backlog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace mco::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Reader final : public Subscriber {
  public:
    bool deliver(const Subscription& subscription, Message& message, const Instant&) override {
        if (full)
            return false;
        seen.push_back(subscription.id + ":" + *message.header("body"));
        return true;
    }

    bool full = false;
    std::vector<std::string> seen;
};

class RouterTest : public testing::Test {
  protected:
    Subscription& subscribe(Reader& reader,
                            const std::string& destination,
                            const std::string& selector = {},
                            Sharing sharing = Sharing::shared) {
        auto subscription = std::make_unique<Subscription>();
        subscription->subscriber = &reader;
        subscription->id = std::to_string(subscriptions_.size());
        subscription->destination = destination;
        if (!selector.empty())
            subscription->selector = parse_selector(selector).value();
        subscription->sharing = sharing;
        if (added_ = router_.add(*subscription).has_value(); added_)
            subscriptions_.push_back(std::move(subscription));
        return *subscriptions_.back();
    }

    std::size_t publish(const std::string& destination,
                        const std::string& body,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("destination", destination);
        headers.emplace_back("body", body);
        Message message(wire::Frame{"SEND", std::move(headers), body}, 1, backlog_);
        const Instant now{TimePoint(std::chrono::milliseconds(1000)), {}};
        return router_.publish(message, now);
    }

    Backlog backlog_{1000};
    Counters counters_;
    Router router_{counters_};
    std::vector<std::unique_ptr<Subscription>> subscriptions_;
    bool added_ = false;
    Reader a_, b_, c_;
};

TEST_F(RouterTest, TopicsReachEverybody) {
    subscribe(a_, "/topic/t");
    subscribe(b_, "/topic/t");
    subscribe(c_, "/topic/other");
    EXPECT_EQ(publish("/topic/t", "x"), 2u);
    EXPECT_THAT(a_.seen, ElementsAre("0:x"));
    EXPECT_THAT(b_.seen, ElementsAre("1:x"));
    EXPECT_THAT(c_.seen, IsEmpty());
    EXPECT_EQ(counters_.messages_delivered, 2u);
}

TEST_F(RouterTest, QueuesTakeTurns) {
    subscribe(a_, "/queue/q");
    subscribe(b_, "/queue/q");
    for (const char* const body : {"1", "2", "3", "4"})
        EXPECT_EQ(publish("/queue/q", body), 1u);
    EXPECT_THAT(a_.seen, ElementsAre("0:1", "0:3"));
    EXPECT_THAT(b_.seen, ElementsAre("1:2", "1:4"));
}

TEST_F(RouterTest, QueuesPassOverReadersThatTakeNoMore) {
    subscribe(a_, "/queue/q");
    subscribe(b_, "/queue/q");
    a_.full = true;
    EXPECT_EQ(publish("/queue/q", "1"), 1u);
    EXPECT_EQ(publish("/queue/q", "2"), 1u);
    EXPECT_THAT(b_.seen, ElementsAre("1:1", "1:2"));
    b_.full = true;
    EXPECT_EQ(publish("/queue/q", "3"), 0u);
    EXPECT_EQ(counters_.messages_without_subscriber, 1u);
}

TEST_F(RouterTest, SelectorsFindTheirNode) {
    subscribe(a_, "/queue/c.nodes", "mc_identity = 'a'");
    subscribe(b_, "/queue/c.nodes", "mc_identity = 'b'");
    EXPECT_EQ(publish("/queue/c.nodes", "1", {{"mc_identity", "b"}}), 1u);
    EXPECT_EQ(publish("/queue/c.nodes", "2", {{"mc_identity", "b"}}), 1u);
    EXPECT_EQ(publish("/queue/c.nodes", "3", {{"mc_identity", "c"}}), 0u);
    EXPECT_EQ(publish("/queue/c.nodes", "4"), 0u);
    EXPECT_THAT(a_.seen, IsEmpty());
    EXPECT_THAT(b_.seen, ElementsAre("1:1", "1:2"));
    EXPECT_EQ(counters_.messages_without_subscriber, 2u);
}

TEST_F(RouterTest, SelectedAndPlainReadersShareAQueue) {
    subscribe(a_, "/queue/q");
    subscribe(b_, "/queue/q", "colour = 'red'");
    subscribe(c_, "/queue/q", "size = 'big'");
    for (const char* const body : {"1", "2", "3"})
        EXPECT_EQ(publish("/queue/q", body, {{"colour", "red"}, {"size", "big"}}), 1u);
    EXPECT_EQ(a_.seen.size(), 1u);
    EXPECT_EQ(b_.seen.size(), 1u);
    EXPECT_EQ(c_.seen.size(), 1u);
}

TEST_F(RouterTest, NobodyThereMeansDropped) {
    EXPECT_EQ(publish("/queue/q", "1"), 0u);
    EXPECT_EQ(publish("/topic/t", "1"), 0u);
    subscribe(a_, "/queue/q");
    EXPECT_THAT(a_.seen, IsEmpty()) << "nothing is kept for later";
    EXPECT_EQ(counters_.messages_without_subscriber, 2u);
}

TEST_F(RouterTest, ExpiredMessagesAreDropped) {
    subscribe(a_, "/topic/t");
    EXPECT_EQ(publish("/topic/t", "old", {{"expires", "999"}}), 0u);
    EXPECT_EQ(publish("/topic/t", "now", {{"expires", "1000"}}), 1u);
    EXPECT_EQ(publish("/topic/t", "never", {{"expires", "0"}}), 1u);
    EXPECT_EQ(publish("/topic/t", "nonsense", {{"expires", "soon"}}), 1u);
    EXPECT_EQ(counters_.messages_expired, 1u);
    EXPECT_EQ(counters_.messages_without_subscriber, 0u);
}

TEST_F(RouterTest, RemovedReadersGetNothing) {
    Subscription& first = subscribe(a_, "/topic/t");
    subscribe(b_, "/topic/t");
    Subscription& selected = subscribe(a_, "/topic/t", "x = 'y'");
    EXPECT_EQ(counters_.subscriptions, 3u);
    router_.remove(selected);
    router_.remove(first);
    EXPECT_EQ(publish("/topic/t", "1", {{"x", "y"}}), 1u);
    EXPECT_THAT(a_.seen, IsEmpty());
    EXPECT_EQ(counters_.subscriptions, 1u);
    EXPECT_EQ(counters_.destinations, 1u);
    router_.remove(*subscriptions_[1]);
    EXPECT_EQ(counters_.destinations, 0u);
}

TEST_F(RouterTest, RemovingKeepsOthersInPlace) {
    std::vector<Reader> readers(20);
    for (Reader& reader : readers)
        subscribe(reader, "/topic/t");
    for (std::size_t i = 0; i < readers.size(); i += 3)
        router_.remove(*subscriptions_[i]);
    for (std::size_t i = 1; i < readers.size(); i += 3)
        router_.remove(*subscriptions_[i]);
    EXPECT_EQ(publish("/topic/t", "x"), 6u);
    for (std::size_t i = 0; i < readers.size(); ++i)
        EXPECT_EQ(readers[i].seen.size(), i % 3 == 2 ? 1u : 0u) << i;
}

TEST_F(RouterTest, ExclusiveReadersAreAlone) {
    subscribe(a_, "/queue/reply", {}, Sharing::exclusive);
    ASSERT_TRUE(added_);
    subscribe(b_, "/queue/reply", {}, Sharing::exclusive);
    EXPECT_FALSE(added_) << "another client";
    subscribe(b_, "/queue/reply");
    EXPECT_FALSE(added_) << "not even somebody who may do everything";
    router_.remove(*subscriptions_[0]);
    subscribe(b_, "/queue/reply");
    EXPECT_TRUE(added_);
    subscribe(a_, "/queue/reply", {}, Sharing::exclusive);
    EXPECT_FALSE(added_) << "somebody reads it already";
}

}  // namespace
}  // namespace mco::broker
