#include "daemon/service.hpp"

#include "daemon/testing.hpp"
#include "transport/memory/memory_broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace mco::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A node on a broker inside the process, and a client that keeps what it receives.
class NodeService : public testing::Test {
  protected:
    asio::io_context io_;
    memory::MemoryBroker broker_{io_};
    std::promise<void> go_on_;
    std::shared_future<void> may_go_on_{go_on_.get_future()};
    int timeout_ = 30;
    TestAuthorizer::Decide decide_;
    std::atomic<int> acted_ = 0;
    WorkerPool::Limits limits_{2, 8};
    std::vector<std::pair<system::Level, std::string>> log_lines_;

    std::unique_ptr<TestNode> test_;
    std::unique_ptr<system::Log> log_;
    std::unique_ptr<WorkerPool> workers_;
    std::unique_ptr<transport::Connector> connector_;
    std::unique_ptr<transport::Connector> client_;
    std::unique_ptr<Service> service_;
    std::vector<std::string> replies_;

    void start() {
        test_ = std::make_unique<TestNode>(timeout_, [this] {
            ++acted_;
            may_go_on_.wait();
        });
        test_->decide = decide_;
        log_ = std::make_unique<system::Log>(std::make_unique<system::MemorySink>(log_lines_),
                                             system::Level::info);
        workers_ = std::make_unique<WorkerPool>(limits_);
        connector_ = broker_.connector("node1");
        service_ = std::make_unique<Service>(Service::Parts{io_,
                                                            test_->world.config,
                                                            test_->node(),
                                                            *connector_,
                                                            *workers_,
                                                            test_->world.clock,
                                                            *log_});
        service_->start({});
        client_ = broker_.connector("client");
        client_->subscribe(transport::ReplyQueue{"mcollective", "moody", 1});
        transport::Events events;
        events.delivered = [this](const message::Delivery& delivery) {
            replies_.push_back(delivery.body);
        };
        client_->start(std::move(events));
        io_.poll();
    }

    void TearDown() override {
        if (may_go_on_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            go_on_.set_value();
    }

    std::string reply_to() const {
        return client_->reply_address(transport::ReplyQueue{"mcollective", "moody", 1});
    }

    void send(const std::string& key, const std::string& agent = "moody") {
        ASSERT_TRUE(client_->publish({transport::Broadcast{"mcollective", agent},
                                      reply_to(),
                                      key,
                                      std::chrono::seconds(60)}));
    }

    void call(const std::string& key, const std::string& action, const Map& inputs = {}) {
        test_->call(key, action, inputs);
        send(key);
    }

    /// Runs the loop until `done`, at most half a minute.
    void run_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done() && std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(50));
        }
        EXPECT_TRUE(done());
    }

    void run_until_replies(std::size_t count) {
        run_until([&] { return replies_.size() >= count; });
    }

    std::size_t lines_with(std::string_view text) const {
        return static_cast<std::size_t>(
            std::count_if(log_lines_.begin(), log_lines_.end(), [text](const auto& line) {
                return line.second.find(text) != std::string::npos;
            }));
    }
};

TEST_F(NodeService, AnswersABroadcastAndADirectedRequest) {
    start();
    call("first", "greet", {{"name", "bob"}});
    run_until_replies(1);
    test_->call("second", "greet", {{"name", "eve"}});
    ASSERT_TRUE(client_->publish({transport::Directed{"mcollective", "node1"},
                                  reply_to(),
                                  "second",
                                  std::chrono::seconds(60)}));
    run_until_replies(2);
    EXPECT_THAT(replies_, ElementsAre(HasSubstr("hello bob"), HasSubstr("hello eve")));
    EXPECT_EQ(test_->node().counters().replies.load(), 2u);
    EXPECT_EQ(lines_with("moody#greet"), 2u);
    EXPECT_EQ(lines_with("id-first"), 1u);
}

TEST_F(NodeService, AnswersDiscovery) {
    start();
    test_->request("ping", "discovery", "ping");
    send("ping", "discovery");
    run_until_replies(1);
    EXPECT_THAT(replies_, ElementsAre("\"pong\""));
}

TEST_F(NodeService, SaysNothingWhenNoReplyIsWanted) {
    start();
    test_->request("silent",
                   "moody",
                   rpc::request_body("moody", "greet", "cert=alice", {{"name", "bob"}}, false));
    send("silent");
    call("loud", "greet", {{"name", "eve"}});
    run_until_replies(1);
    EXPECT_THAT(replies_, ElementsAre(HasSubstr("hello eve")));
    EXPECT_EQ(lines_with("id-silent"), 1u);
}

TEST_F(NodeService, AnswersForAnActionThatIsOverdueAndDropsItsLateResult) {
    timeout_ = 0;
    start();
    call("slow", "block");
    run_until_replies(1);
    EXPECT_THAT(replies_[0], StartsWith("{:statuscode=>5"));
    EXPECT_THAT(replies_[0], HasSubstr("did not finish within 0 seconds"));
    EXPECT_EQ(test_->node().counters().overdue.load(), 1u);
}

TEST_F(NodeService, DropsTheLateResult) {
    timeout_ = 0;
    limits_.threads = 1;
    start();
    call("slow", "block");
    run_until_replies(1);
    go_on_.set_value();
    run_until([this] { return lines_with("came too late") + lines_with("is not done") >= 1; });
    call("next", "greet", {{"name", "bob"}});
    run_until_replies(2);
    EXPECT_EQ(replies_.size(), 2u) << "one reply each";
}

TEST_F(NodeService, AnswersForACallThatIsStillDecidedOnAndDoesNotBeginIt) {
    timeout_ = 1;  // second: the decision must have been begun
    limits_.threads = 1;
    decide_ = [this](const message::Request&, std::string_view) {
        may_go_on_.wait();
        return Verdict{true, "a slow rule", rpc::Status::ok, ""};
    };
    start();
    call("slow", "block");
    run_until_replies(1);
    EXPECT_THAT(replies_[0], HasSubstr("did not finish within 1 seconds"));
    go_on_.set_value();
    run_until([this] { return lines_with("came too late") >= 1; });
    EXPECT_EQ(acted_, 0);
    EXPECT_EQ(replies_.size(), 1u);
}

TEST_F(NodeService, AnswersWhatIsDeniedAndNotDiscovery) {
    decide_ = [](const message::Request&, std::string_view) {
        return Verdict{false, "a rule", rpc::Status::aborted, "You are not authorized"};
    };
    start();
    call("denied", "greet", {{"name", "bob"}});
    run_until_replies(1);
    EXPECT_EQ(replies_[0],
              R"({:statuscode=>1, :statusmsg=>"You are not authorized", )"
              R"(:data=>{:greeting=>nil, :mood=>"fine"}})");
    test_->request("ping", "discovery", "ping");
    send("ping", "discovery");
    run_until_replies(2);
    EXPECT_EQ(replies_[1], "\"pong\"");
    service_->log_counters();
    EXPECT_EQ(lines_with(" denied=1 unaudited=0 "), 1u);
}

TEST_F(NodeService, TellsItsConnectionItsQueuesAndItsAgents) {
    limits_ = {1, 8};
    start();
    EXPECT_TRUE(service_->figures().connected);
    EXPECT_EQ(service_->figures().counters.connections.load(), 1u);
    call("a", "block");
    call("b", "block");
    run_until([this] { return acted_ == 1 && service_->figures().workers.waiting == 1; });
    const Figures busy = service_->figures();
    EXPECT_EQ(busy.open_requests, 2u);
    EXPECT_EQ(busy.workers.busy, 1u);
    EXPECT_EQ(busy.workers.waiting, 1u);
    EXPECT_EQ(busy.workers.threads, 1u);
    go_on_.set_value();
    run_until_replies(2);
    const Figures idle = service_->figures();
    EXPECT_EQ(idle.open_requests, 0u);
    for (const AgentFigures& agent : idle.agents)
        EXPECT_EQ(agent.actions, agent.agent == "moody" ? 2u : 0u) << agent.agent;
    EXPECT_GE(idle.agents.size(), 1u);
}

TEST_F(NodeService, SaysThatItIsBusyWhenTheQueueIsFull) {
    limits_ = {1, 1};
    start();
    for (const char* key : {"a", "b", "c"})
        call(key, "block");
    run_until_replies(1);
    EXPECT_THAT(replies_[0], StartsWith("{:statuscode=>5"));
    EXPECT_THAT(replies_[0], HasSubstr("busy"));
    EXPECT_EQ(test_->node().counters().busy.load(), 1u);
    test_->request("ping", "discovery", "ping");
    send("ping", "discovery");
    run_until_replies(2);
    EXPECT_EQ(replies_[1], "\"pong\"") << "discovery has no way to say busy, and needs none";
    go_on_.set_value();
    run_until_replies(4);
}

TEST_F(NodeService, DrainsBeforeItStops) {
    start();
    call("slow", "block");
    run_until([this] { return lines_with("moody#block") == 1; });
    bool done = false;
    service_->drain(std::chrono::seconds(30), [&done] { done = true; });
    call("late", "greet", {{"name", "bob"}});
    io_.restart();
    io_.poll();
    EXPECT_FALSE(done);
    go_on_.set_value();
    run_until([&done] { return done; });
    run_until_replies(1);
    EXPECT_THAT(replies_, ElementsAre(StartsWith("{:statuscode=>0")))
        << "and nothing for the late one";
}

TEST_F(NodeService, DrainsNoLongerThanItMay) {
    start();
    call("slow", "block");
    run_until([this] { return lines_with("moody#block") == 1; });
    bool done = false;
    service_->drain(std::chrono::milliseconds(1), [&done] { done = true; });
    run_until([&done] { return done; });
    EXPECT_TRUE(replies_.empty());
    EXPECT_EQ(lines_with("did not finish in time"), 1u);
}

TEST_F(NodeService, MayGoWhileItWorks) {
    start();
    call("slow", "block");
    run_until([this] { return lines_with("moody#block") == 1; });
    call("queued", "greet", {{"name", "bob"}});
    go_on_.set_value();
    service_.reset();
    io_.restart();
    io_.poll();
    EXPECT_TRUE(replies_.empty()) << "its results have nowhere to go";
}

TEST_F(NodeService, AnswersWhileAgentsPrepareThemselvesAndSurvivesTheirFailure) {
    start();
    service_->prepare();
    run_until([this] { return acted_ == 1; });
    call("meanwhile", "greet", {{"name", "bob"}});
    run_until([this] { return replies_.size() == 1; });
    EXPECT_FALSE(workers_->idle());
    go_on_.set_value();
    run_until([this] { return workers_->idle(); });
}

TEST_F(NodeService, LogsOneLineForABadMessageAndBoundsAFlood) {
    start();
    send("nobody knows this");
    run_until([this] { return lines_with("dropped at untrusted: unknown") == 1; });
    for (int i = 0; i < 1000; ++i)
        send("nobody knows this");
    run_until([this] { return test_->node().counters().total.load() == 1001; });
    EXPECT_LE(lines_with("dropped at untrusted: unknown"), 20u);
    EXPECT_TRUE(replies_.empty());
    send("");
    run_until([this] { return lines_with("dropped at malformed") == 1; });
}

}  // namespace
}  // namespace mco::daemon
