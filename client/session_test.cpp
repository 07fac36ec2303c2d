#include "client/session.hpp"

#include "client/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

/// Asks what it is told to, and ends when so many answers have come.
class Talk final : public Dialogue {
  public:
    explicit Talk(std::size_t enough) : enough_(enough) {}

    void ask(std::uint64_t mark, std::vector<std::string> nodes) {
        Question question;
        question.request.agent = "rpcutil";
        question.request.action = "ping";
        question.request.collective = "mcollective";
        question.nodes = std::move(nodes);
        question.mark = mark;
        pending_.push_back(std::move(question));
    }

    std::vector<Question> next(Monotonic now) override {
        wake_ = now + milliseconds(20);
        if (on_next)
            on_next();
        return std::exchange(pending_, {});
    }

    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic) override {
        heard.push_back(reply.sender + ' ' + std::to_string(mark));
        if (heard.size() == 1)
            ask(77, {"n2"});
    }

    void on_interrupt(Monotonic) override { ++interrupts; }

    Monotonic wake_at() const override { return wake_; }

    bool finished() const override { return heard.size() >= enough_ || ends; }

    std::function<void()> on_next;
    std::vector<std::string> heard;
    int interrupts = 0;
    bool ends = false;

  private:
    std::size_t enough_;
    std::vector<Question> pending_;
    Monotonic wake_;
};

rpc::Output pong(const rpc::CallBody&) {
    return {rpc::Status::ok, "OK", {}};
}

TEST(Converse, GivesEveryAnswerToItsQuestion) {
    testing::Fleet fleet({{"n1", {}, pong}, {"n2", {}, pong}});
    Talk talk(3);
    talk.ask(5, {"n1"});
    talk.ask(6, {"n1"});
    const auto ended = fleet.session().converse("mcollective", "rpcutil", talk);
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_EQ(*ended, Ended::complete);
    EXPECT_THAT(talk.heard, ElementsAre("n1 5", "n1 6", "n2 77"));
}

TEST(Converse, DropsAnswersThatNobodyCanProve) {
    testing::Fleet fleet(
        {{"n1", {}, pong}, {"n2", {}, pong}, {"n3", {}, pong, false, "other key"}});
    Talk talk(2);
    talk.ask(1, {"n3"});
    talk.ask(2, {"n1"});
    ASSERT_TRUE(fleet.session().converse("mcollective", "rpcutil", talk));
    EXPECT_THAT(talk.heard, ElementsAre("n1 2", "n2 77"));
    EXPECT_EQ(fleet.session().unproven(), 1u);
}

TEST(Converse, TellsOfTheFirstInterruptAndEndsAtTheSecond) {
    testing::Fleet fleet({{"n1", {}, pong, true}});
    Talk talk(1);
    talk.ask(1, {"n1"});
    int rounds = 0;
    talk.on_next = [&] {
        if (++rounds == 2 || rounds == 5)
            fleet.session().interrupt();
    };
    const auto ended = fleet.session().converse("mcollective", "rpcutil", talk);
    ASSERT_TRUE(ended);
    EXPECT_EQ(*ended, Ended::interrupted);
    EXPECT_EQ(talk.interrupts, 1);
    EXPECT_EQ(rounds, 5);
}

TEST(Converse, MayEndByItselfAfterAnInterrupt) {
    testing::Fleet fleet({{"n1", {}, pong, true}});
    Talk talk(1);
    talk.on_next = [&] { talk.ends = talk.interrupts > 0; };
    fleet.session().interrupt();
    const auto ended = fleet.session().converse("mcollective", "rpcutil", talk);
    ASSERT_TRUE(ended);
    EXPECT_EQ(*ended, Ended::interrupted);
}

TEST(AwaitedIds, ForgetTheOldest) {
    message::AwaitedIds ids(2);
    EXPECT_TRUE(ids.add("a", {1}));
    EXPECT_TRUE(ids.add("b", {2}));
    EXPECT_FALSE(ids.add("a", {3}));
    EXPECT_EQ(ids.find("a")->mark, 3u);
    EXPECT_TRUE(ids.add("c", {4, 7}));
    EXPECT_FALSE(ids.contains("a"));
    EXPECT_EQ(ids.find("c")->mark, 4u);
    EXPECT_EQ(ids.find("c")->owner, 7u);
    EXPECT_EQ(ids.find("d"), nullptr);
    ids.remove("b");
    ids.remove("b");
    EXPECT_TRUE(ids.add("d"));
    EXPECT_TRUE(ids.contains("c"));
    EXPECT_EQ(ids.size(), 2u);
    EXPECT_TRUE(message::AwaitedIds("one").contains("one"));
}

}  // namespace
}  // namespace mco::client
