// The small parts: worker pool, rate limit, trusted facts, reply addresses.
#include "daemon/reply_addresses.hpp"
#include "daemon/trusted_facts.hpp"
#include "daemon/worker_pool.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

namespace mco::daemon {
namespace {

TEST(WorkerPool, RunsAsManyAtOnceAsItHasThreads) {
    std::latch all_there(3);
    std::atomic<int> ran = 0;
    {
        WorkerPool pool({3, 8});
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(pool.try_post([&] {
                all_there.arrive_and_wait();  // only passes if three threads are here together
                ++ran;
            }));
        all_there.wait();
    }
    EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, RefusesWhatDoesNotFitAndDropsWhatWaits) {
    std::promise<void> go_on;
    const std::shared_future<void> may_go_on(go_on.get_future());
    std::promise<void> begun;
    std::atomic<int> ran = 0;
    {
        WorkerPool pool({1, 2});
        ASSERT_TRUE(pool.try_post([&] {
            begun.set_value();
            may_go_on.wait();
            ++ran;
        }));
        begun.get_future().wait();
        EXPECT_TRUE(pool.try_post([&] { ++ran; }));
        EXPECT_TRUE(pool.try_post([&] { ++ran; }));
        EXPECT_FALSE(pool.try_post([&] { ++ran; }));
        EXPECT_FALSE(pool.idle());
        go_on.set_value();
    }
    EXPECT_GE(ran, 1);
}

TEST(WorkerPool, IsIdleAgainWhenItsWorkIsDone) {
    WorkerPool pool({2, 2});
    EXPECT_TRUE(pool.idle());
    std::promise<void> done;
    ASSERT_TRUE(pool.try_post([&] { done.set_value(); }));
    done.get_future().wait();
    while (!pool.idle())
        std::this_thread::yield();
}

TEST(TrustedFacts, ReplaceWhatCallsItselfSo) {
    const auto facts = std::make_shared<const Map>(Map{{"os", "Debian"},
                                                       {"trusted", Map{{"certname", "other"}}},
                                                       {"trusted.extensions.pp_role", "admin"},
                                                       {"trustedness", "kept"}});
    EXPECT_EQ(
        *with_trusted(facts, Map{{"certname", "web1"}, {"extensions", Map{{"pp_role", "web"}}}}),
        (Map{{"os", "Debian"},
             {"trustedness", "kept"},
             {"trusted", Map{{"certname", "web1"}, {"extensions", Map{{"pp_role", "web"}}}}},
             {"trusted.certname", "web1"},
             {"trusted.extensions.pp_role", "web"}}));
    EXPECT_EQ(with_trusted(facts, Map{}), facts) << "nobody vouches for anything: no copy";
}

config::Config with_connector(const std::string& connector, const std::string& extra = "") {
    config::Config config;
    config.connector = connector;
    config.collectives = {"mcollective", "uk"};
    if (!extra.empty())
        config.plugin["daemon.reply_to"] = {extra, "server.cfg:1"};
    return config;
}

TEST(ReplyAddresses, AreThoseOfClientsOfOurCollectives) {
    const ReplyAddresses activemq(with_connector("activemq"));
    const ReplyAddresses rabbitmq(with_connector("rabbitmq"));

    struct Case {
        const char* address;
        bool on_activemq;
        bool on_rabbitmq;
    };

    const Case cases[] = {
        {"/queue/mcollective.reply.c_1.1", true, false},
        {"/queue/uk.reply.c_1.1", true, false},
        {"/queue/us.reply.c_1.1", false, false},
        {"/queue/mcollective.nodes", false, false},
        {"/topic/mcollective.discovery.agent", false, false},
        {"/temp-queue/mcollective_reply_x", true, true},
        {"/reply-queue/amq.gen-1", false, true},
        {"/exchange/mcollective_reply/c_1_1", false, true},
        {"/exchange/mcollective_broadcast/x", false, false},
        {"/queue/mcollective.reply.c_1.1\nreceipt:1", false, false},
        {"/queue/mcollective.reply.c 1", false, false},
        {"/queue/mcollective.reply.c,/queue/orders", false, false},
        {"/queue/mcollective.reply.>", false, false},
        {"/queue/mcollective.reply.*", false, false},
        {"/queue/mcollective.reply.c?consumer.prefetchSize=1", false, false},
        {"/exchange/mcollective_reply/c/d", false, false},
        {"/queue/mcollective.reply.", false, false},
        {"/temp-queue/", false, false},
        {"/remote-temp-queue/ID:broker-1-2:3:4", true, false},
        {"", false, false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(activemq.allow(c.address), c.on_activemq) << c.address;
        EXPECT_EQ(rabbitmq.allow(c.address), c.on_rabbitmq) << c.address;
    }
}

TEST(ReplyAddresses, CanBeExtended) {
    const ReplyAddresses addresses(with_connector("activemq", "/queue/reports. , /topic/x"));
    EXPECT_TRUE(addresses.allow("/queue/reports.daily"));
    EXPECT_TRUE(addresses.allow("/topic/x"));
    EXPECT_FALSE(addresses.allow("/queue/other"));
    EXPECT_FALSE(addresses.allow("/queue/reports."));
    EXPECT_FALSE(addresses.allow("/queue/reports.a,b"));
}

}  // namespace
}  // namespace mco::daemon
