#include "client/switchboard.hpp"

#include "client/collect.hpp"
#include "client/testing.hpp"
#include "client/waiter_dialogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace mco::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::NodePlan;

rpc::Output echo(const rpc::CallBody& call) {
    return {rpc::Status::ok, "OK", call.inputs};
}

std::string node(int number) {
    return "n" + std::to_string(number);
}

std::vector<NodePlan> nodes(int count) {
    std::vector<NodePlan> plans;
    for (int i = 0; i < count; ++i)
        plans.push_back({node(i), {}, echo});
    return plans;
}

/// Time that passes when somebody says so.
class ManualClock final : public system::Clock {
  public:
    TimePoint now() const override { return real_.now(); }

    Monotonic monotonic() const override { return real_.monotonic() + ahead; }

    std::chrono::hours ahead{0};

  private:
    system::RealClock real_;
};

/// A call of one action on some nodes, told apart by its number, and what came of it.
class Call {
  public:
    Call(int number, std::vector<std::string> nodes, milliseconds limit = seconds(30))
        : number_(number),
          collector_(nodes,
                     limit,
                     [this](Result&& result, std::size_t, auto) {
                         results_.push_back(std::move(result));
                         if (on_result)
                             on_result();
                     }),
          dialogue_(question(number, std::move(nodes)), collector_) {}

    Switchboard::Ticket start(Switchboard& board) {
        ticket = board.start("mcollective",
                             number_ % 2 == 0 ? "rpcutil" : "puppet",
                             dialogue_,
                             [this](Expected<Ended> how) {
                                 ++ends;
                                 ended = std::move(how);
                                 if (on_end)
                                     on_end();
                             });
        return ticket;
    }

    std::set<std::string> senders() const {
        std::set<std::string> names;
        for (const auto& result : results_)
            names.insert(result.sender);
        return names;
    }

    /// Every answer is one to this call.
    bool got_its_own_answers() const {
        for (const auto& result : results_)
            if (const auto* number = result.data.find("number");
                number == nullptr || *number != Value(number_))
                return false;
        return true;
    }

    bool timed_out() const { return dialogue_.timed_out(); }

    std::size_t answers() const { return results_.size(); }

    std::function<void()> on_result;
    std::function<void()> on_end;
    Switchboard::Ticket ticket = 0;
    int ends = 0;
    std::optional<Expected<Ended>> ended;

  private:
    static Question question(int number, std::vector<std::string> nodes) {
        Question question;
        question.request.agent = number % 2 == 0 ? "rpcutil" : "puppet";
        question.request.action = "echo";
        question.request.inputs.set("number", number);
        question.request.collective = "mcollective";
        question.nodes = std::move(nodes);
        return question;
    }

    int number_;
    std::vector<Result> results_;
    Collector collector_;
    WaiterDialogue dialogue_;
};

/// Asks one node several questions and hears what comes.
class Questions final : public Dialogue {
  public:
    explicit Questions(std::uint64_t last_mark) {
        for (std::uint64_t mark = 1; mark <= last_mark; ++mark) {
            Question question;
            question.request.agent = "rpcutil";
            question.request.action = "echo";
            question.request.collective = "mcollective";
            question.nodes = {"n0"};
            question.mark = mark;
            questions_.push_back(std::move(question));
        }
    }

    std::vector<Question> next(Monotonic now) override {
        called.push_back(now);
        return std::exchange(questions_, {});
    }

    void on_reply(std::uint64_t mark, const message::Reply&, Monotonic) override {
        heard.push_back(mark);
    }

    void on_unproven(const Unprovable& dropped, Monotonic) override { unproven.add(dropped); }

    void on_interrupt(Monotonic) override { ++interrupts; }

    Monotonic wake_at() const override { return wake; }

    bool finished() const override { return called.size() >= enough; }

    std::vector<std::uint64_t> heard;
    std::vector<Monotonic> called;
    Unproven unproven;
    int interrupts = 0;
    std::size_t enough = 1'000'000;
    Monotonic wake = Monotonic::max();

  private:
    std::vector<Question> questions_;
};

class Board : public ::testing::Test {
  protected:
    explicit Board(int count = 20) : fleet_(nodes(count)) {}

    void make_board(std::size_t most_awaited = Switchboard::usual_most_awaited) {
        board_.reset();
        connector_ = fleet_.broker().connector("console.lab.test");
        board_ = std::make_unique<Switchboard>(
            SwitchboardParts{
                fleet_.io, *connector_, **provider_, clock_, "console.lab.test", false},
            most_awaited);
        board_->open({[this](const std::string&) { events.emplace_back("connected"); },
                      [this](const Error&) { events.emplace_back("disconnected"); },
                      [this](const Error& why) { events.push_back(why.message); }});
    }

    void SetUp() override { make_board(); }

    Switchboard& board() { return *board_; }

    Call& call(int number, std::vector<std::string> names, milliseconds limit = seconds(30)) {
        return *calls_.emplace_back(std::make_unique<Call>(number, std::move(names), limit));
    }

    /// Runs until everybody has ended and nothing is left to do.
    void run() {
        fleet_.io.restart();
        fleet_.io.run_for(seconds(60));
        EXPECT_EQ(board_->conversations(), 0u);
        EXPECT_EQ(board_->awaited(), 0u);
    }

    /// Runs until `done`, or a deadline.
    void run_until(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + seconds(60);
        while (!done() && std::chrono::steady_clock::now() < deadline) {
            fleet_.io.restart();
            fleet_.io.run_one_until(deadline);
        }
        EXPECT_TRUE(done());
    }

    ManualClock clock_;
    testing::Fleet fleet_;
    std::unique_ptr<transport::Connector> connector_;
    Expected<std::unique_ptr<security::PskProvider>> provider_ =
        security::PskProvider::create("shared key", "uid=0");
    std::unique_ptr<Switchboard> board_;
    std::vector<std::unique_ptr<Call>> calls_;
    std::vector<std::string> events;
};

using SwitchboardTest = Board;

TEST_F(SwitchboardTest, HoldsFiftyConversationsAtOnce) {
    for (int i = 0; i < 50; ++i)
        call(i, {node(i % 20), node((i + 7) % 20), node((i + 11) % 20)});
    std::vector<std::size_t> most;
    for (auto& one : calls_) {
        one->on_result = [&] { most.push_back(board().conversations()); };
        one->start(board());
    }
    run();
    EXPECT_EQ(most.front(), 50u);
    for (int i = 0; i < 50; ++i) {
        const auto& one = *calls_[static_cast<std::size_t>(i)];
        ASSERT_TRUE(one.ended && *one.ended) << i;
        EXPECT_EQ(**one.ended, Ended::complete);
        EXPECT_EQ(one.ends, 1);
        EXPECT_EQ(one.senders(),
                  (std::set<std::string>{node(i % 20), node((i + 7) % 20), node((i + 11) % 20)}));
        EXPECT_EQ(one.answers(), 3u);
        EXPECT_TRUE(one.got_its_own_answers()) << i;
    }
}

TEST_F(SwitchboardTest, CancelsOneWithoutTheOthers) {
    for (int i = 0; i < 10; ++i)
        call(i, {node(i), node(i + 1), "nobody"}, milliseconds(100)).start(board());
    calls_[3]->on_result = [&] {
        board().cancel(calls_[3]->ticket);
        board().cancel(calls_[4]->ticket);
    };
    run();
    for (std::size_t i = 0; i < 10; ++i) {
        const auto& one = *calls_[i];
        const bool cancelled = i == 3 || i == 4;
        ASSERT_TRUE(one.ended && *one.ended) << i;
        EXPECT_EQ(one.ends, 1);
        EXPECT_EQ(**one.ended, cancelled ? Ended::interrupted : Ended::complete) << i;
        EXPECT_EQ(one.timed_out(), !cancelled) << i;
        if (!cancelled) {
            EXPECT_EQ(one.answers(), 2u) << i;
        }
    }
    EXPECT_EQ(calls_[3]->answers(), 1u);
    board().cancel(calls_[3]->ticket);
    board().interrupt(12345);
}

TEST_F(SwitchboardTest, InterruptsOneAndThenEndsIt) {
    Questions patient(0);
    Questions other(0);
    std::optional<Ended> ended;
    const auto ticket = board().start(
        "mcollective", "rpcutil", patient, [&](Expected<Ended> how) { ended = how.value(); });
    const auto second =
        board().start("mcollective", "rpcutil", other, [](const Expected<Ended>&) {});
    board().interrupt(ticket);
    run_until([&] { return patient.interrupts == 1; });
    EXPECT_FALSE(ended);
    board().interrupt(ticket);
    run_until([&] { return ended.has_value(); });
    EXPECT_EQ(*ended, Ended::interrupted);
    EXPECT_EQ(patient.interrupts, 1);
    EXPECT_EQ(other.interrupts, 0);
    EXPECT_EQ(board().conversations(), 1u);
    board().cancel(second);
    run();
}

TEST_F(SwitchboardTest, HandsInWhatHasArrivedBeforeTimeIsOver) {
    std::vector<std::string> names;
    for (int i = 0; i < 20; ++i)
        names.push_back(node(i));
    auto& one = call(0, names, seconds(30));
    one.on_result = [&] { clock_.ahead = std::chrono::hours(1); };
    one.start(board());
    run();
    ASSERT_TRUE(one.ended && *one.ended);
    EXPECT_EQ(one.answers(), 20u);
    EXPECT_FALSE(one.timed_out());
}

TEST_F(SwitchboardTest, WakesEachAtItsTime) {
    const auto now = clock_.monotonic();
    Questions late(0);
    Questions early(0);
    late.wake = now + milliseconds(60);
    early.wake = now + milliseconds(20);
    late.enough = early.enough = 2;  // the first is that of the start
    std::vector<std::string> order;
    board().start(
        "mcollective", "rpcutil", late, [&](const Expected<Ended>&) { order.push_back("late"); });
    board().start(
        "mcollective", "rpcutil", early, [&](const Expected<Ended>&) { order.push_back("early"); });
    run();
    EXPECT_THAT(order, ElementsAre("early", "late"));
    EXPECT_GE(early.called.back(), early.wake);
    EXPECT_GE(late.called.back(), late.wake);
}

TEST_F(SwitchboardTest, EndsEverybodyWhenTheConnectionIsGone) {
    for (int i = 0; i < 5; ++i)
        call(i, {node(i), "nobody"}).start(board());
    calls_[0]->on_result = [&] { fleet_.broker().end_connections({Errc::unavailable, "refused"}); };
    run();
    calls_.push_back(std::make_unique<Call>(5, std::vector<std::string>{"n0"}));
    calls_.back()->start(board());
    run();
    for (const auto& one : calls_) {
        ASSERT_TRUE(one->ended);
        ASSERT_FALSE(*one->ended);
        EXPECT_EQ(one->ends, 1);
        EXPECT_EQ(one->ended->error().code, Errc::unavailable);
        EXPECT_EQ(one->ended->error().message, "The connection to the broker is gone: refused");
    }
    EXPECT_EQ(board().gone(), "refused");
    EXPECT_THAT(events, ElementsAre("connected", "refused"));
}

TEST_F(SwitchboardTest, OutlivesABrokenConnection) {
    auto& one = call(0, {node(0), node(1)});
    run_until([&] { return events.size() == 1; });
    fleet_.broker().set_reachable(false);
    one.start(board());
    run_until([&] { return events.size() == 2; });
    fleet_.broker().set_reachable(true);
    run();
    ASSERT_TRUE(one.ended && *one.ended);
    EXPECT_EQ(one.answers(), 2u);
    EXPECT_THAT(events, ElementsAre("connected", "disconnected", "connected"));
}

TEST_F(SwitchboardTest, ForgetsTheOldestRequestsOfAConversation) {
    make_board(2);
    Questions many(3);
    std::optional<Ended> ended;
    const auto ticket = board().start(
        "mcollective", "rpcutil", many, [&](Expected<Ended> how) { ended = how.value(); });
    run_until([&] { return many.heard.size() == 2; });
    EXPECT_EQ(board().awaited(), 2u);
    board().cancel(ticket);
    run();
    EXPECT_THAT(many.heard, ElementsAre(2u, 3u));
}

TEST_F(SwitchboardTest, GivesEachItsUnprovableAnswers) {
    testing::Fleet strangers({{"liar", {}, echo, false, "another key"}});
    // The same broker would do, but its nodes are all honest.
    auto connector = strangers.broker().connector("console.lab.test");
    Switchboard there({strangers.io, *connector, **provider_, clock_, "console.lab.test", false});
    there.open({});
    Questions silent(0);
    Call lied_to(0, {"liar"}, milliseconds(30));
    const auto first = there.start("mcollective", "rpcutil", silent, [](const auto&) {});
    lied_to.start(there);
    lied_to.on_end = [&] { there.cancel(first); };
    strangers.io.run_for(seconds(60));
    EXPECT_EQ(there.unproven().count(), 1u);
    EXPECT_EQ(there.unproven().senders().begin()->first, "liar");
    EXPECT_EQ(silent.unproven.count(), 0u) << "it was another's";
    EXPECT_EQ(lied_to.answers(), 0u);
}

TEST_F(SwitchboardTest, StartsAnotherFromTheEndOfOne) {
    auto& first = call(0, {node(0)});
    auto& second = call(1, {node(1)});
    first.on_end = [&] { second.start(board()); };
    first.start(board());
    run();
    EXPECT_EQ(second.senders(), std::set<std::string>{node(1)});
}

TEST_F(SwitchboardTest, TellsEverybodyThatItWasClosed) {
    auto& one = call(0, {"nobody"});
    one.start(board());
    bool left = false;
    board().close(milliseconds(500), [&] { left = true; });
    run();
    EXPECT_TRUE(left);
    ASSERT_TRUE(one.ended);
    EXPECT_EQ(one.ended->error().message, "The connection to the broker is gone: it was closed");
}

TEST_F(SwitchboardTest, IsSilentAfterItsDestruction) {
    auto& one = call(0, {node(0)});
    one.start(board());
    run_until([&] { return !fleet_.seen.empty(); });
    board().post([](Switchboard&) { FAIL(); });
    board_.reset();
    fleet_.io.restart();
    fleet_.io.run_for(seconds(60));
    EXPECT_EQ(one.ends, 0);
}

/// What a second thread does with the switchboard while the first one runs it.
TEST_F(SwitchboardTest, TakesWorkFromOtherThreads) {
    constexpr int many = 50;
    for (int i = 0; i < many; ++i)
        call(i,
             i % 5 == 4 ? std::vector<std::string>{"nobody"}
                        : std::vector<std::string>{node(i % 20), node((i + 3) % 20)});
    std::atomic<int> over = 0;
    std::promise<void> all_over;
    for (auto& one : calls_)
        one->on_end = [&] {
            if (++over == many)
                all_over.set_value();
        };
    auto work = asio::make_work_guard(fleet_.io);
    std::thread other([&] {
        for (int i = 0; i < many; ++i) {
            auto& one = *calls_[static_cast<std::size_t>(i)];
            board().post([&one](Switchboard& there) { one.start(there); });
            if (i % 5 == 4)
                board().post([&one](Switchboard& there) { there.cancel(one.ticket); });
        }
        all_over.get_future().wait_for(seconds(60));
        work.reset();
    });
    run();
    other.join();
    EXPECT_EQ(over.load(), many);
    for (int i = 0; i < many; ++i) {
        const auto& one = *calls_[static_cast<std::size_t>(i)];
        ASSERT_TRUE(one.ended && *one.ended) << i;
        EXPECT_EQ(**one.ended, i % 5 == 4 ? Ended::interrupted : Ended::complete) << i;
        EXPECT_EQ(one.answers(), i % 5 == 4 ? 0u : 2u) << i;
        EXPECT_TRUE(one.got_its_own_answers()) << i;
    }
}

}  // namespace
}  // namespace mco::client
