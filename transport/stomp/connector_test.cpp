#include "transport/stomp/connector_fixture.hpp"

#include <algorithm>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mco::stomp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using transport::Broadcast;

/// A loopback port on which nobody listens.
std::uint16_t dead_port(asio::io_context& io) {
    using asio::ip::tcp;
    const tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    return acceptor.local_endpoint().port();
}

TEST_F(ConnectorTest, LogsInAndSubscribes) {
    LoopbackServer server(io_);
    make(options_for(server.port()));
    connector_->subscribe(Broadcast{"c", "before"});
    connector_->start(recording());
    EXPECT_TRUE(connected_.empty()) << "called back from inside a call";
    ASSERT_TRUE(connects());
    EXPECT_EQ(connected_[0], "127.0.0.1:" + std::to_string(server.port()));
    connector_->subscribe(Broadcast{"c", "after"});
    ASSERT_TRUE(eventually([&] { return server.count("SUBSCRIBE") == 2; }));
    EXPECT_EQ(*server.frames()[0].header("login"), "user");
    EXPECT_EQ(*server.frames()[1].header("destination"), "/topic/c.before.agent");
    EXPECT_EQ(*server.frames()[2].header("destination"), "/topic/c.after.agent");
    EXPECT_NE(log_text_.find("connected to 127.0.0.1:"), std::string::npos);
    EXPECT_EQ(log_text_.find("s3cret"), std::string::npos);
}

TEST_F(ConnectorTest, DeliversAndPublishes) {
    LoopbackServer server(io_);
    start(options_for(server.port()));
    ASSERT_TRUE(connects());
    const std::string large(200'000, 'x');
    server.send("MESSAGE\ncontent-length:3\n\na\0b\0"s);
    server.send("MESSAGE\n\n" + large + "\0"s);
    ASSERT_TRUE(eventually([&] { return bodies_.size() == 2; }));
    EXPECT_EQ(bodies_[0], "a\0b"s);
    EXPECT_EQ(bodies_[1], large);
    ASSERT_TRUE(connector_->publish(broadcast("small")));
    ASSERT_TRUE(connector_->publish(broadcast(large)));
    ASSERT_TRUE(eventually([&] { return server.count("SEND") == 2; }));
    EXPECT_EQ(server.frames()[1].body, "small");
    EXPECT_EQ(server.frames()[2].body, large);
}

TEST_F(ConnectorTest, ReportsARefusedLoginAndTriesAgain) {
    LoopbackServer server(io_);
    server.answer = [&](const wire::Frame&) {
        return server.frames().size() < 3 ? "ERROR\nmessage:wrong password s3cret\n\n\0"s
                                          : "CONNECTED\n\n\0"s;
    };
    start(options_for(server.port()));
    ASSERT_TRUE(connects());
    ASSERT_EQ(disconnected_.size(), 2U);
    EXPECT_EQ(disconnected_[0].code, Errc::denied);
    EXPECT_NE(log_text_.find("refused the login"), std::string::npos);
    EXPECT_EQ((log_text_ + disconnected_[0].message).find("s3cret"), std::string::npos);
}

TEST_F(ConnectorTest, ARefusedSubscriptionIsAskedForOnTheNextConnection) {
    LoopbackServer server(io_);
    server.answer = [&](const wire::Frame& frame) {
        if (frame.command == "CONNECT")
            return "CONNECTED\n\n\0"s;
        return server.count("SUBSCRIBE") < 3
                   ? "ERROR\nmessage:not yet\nreceipt-id:" + *frame.header("receipt") + "\n\n\0"s
                   : "RECEIPT\nreceipt-id:" + *frame.header("receipt") + "\n\n\0"s;
    };
    start(options_for(server.port()));
    connector_->subscribe(Broadcast{"c", "a"});
    ASSERT_TRUE(eventually([&] { return server.count("SUBSCRIBE") == 3; }));
    ASSERT_GE(disconnected_.size(), 2U);
    EXPECT_EQ(disconnected_[1].message,
              "the broker refused the subscription to /topic/c.a.agent: not yet");
}

TEST_F(ConnectorTest, AFloodOfNonsenseIsFewLinesInTheLog) {
    LoopbackServer server(io_);
    start(options_for(server.port()));
    ASSERT_TRUE(connects());
    std::string flood;
    for (int i = 0; i < 10'000; ++i)
        flood += "NONSENSE\n\n\0"s;
    server.send(flood + "MESSAGE\n\nlast\0"s);
    ASSERT_TRUE(eventually([&] { return !bodies_.empty(); }));
    EXPECT_LT(std::count(log_text_.begin(), log_text_.end(), '\n'), 60);
}

TEST_F(ConnectorTest, ComesBackAndSubscribesAgain) {
    LoopbackServer server(io_);
    start(options_for(server.port()));
    connector_->subscribe(Broadcast{"c", "a"});
    ASSERT_TRUE(connects());
    ASSERT_TRUE(eventually([&] { return server.count("SUBSCRIBE") == 1; }));
    server.hang_up();
    ASSERT_TRUE(eventually([&] { return connected_.size() == 2; }));
    ASSERT_EQ(disconnected_.size(), 1U);
    EXPECT_EQ(disconnected_[0].code, Errc::unavailable);
    ASSERT_TRUE(eventually([&] { return server.count("SUBSCRIBE") == 2; }));
}

TEST_F(ConnectorTest, GoesRoundThePool) {
    LoopbackServer first(io_);
    LoopbackServer second(io_);
    Options options = options_for(dead_port(io_));
    options.pool.push_back(options.pool[0]);
    options.pool.push_back(options.pool[0]);
    options.pool[1].port = first.port();
    options.pool[2].port = second.port();
    start(options);
    ASSERT_TRUE(connects());
    EXPECT_EQ(disconnected_.size(), 1U);
    first.stop_listening();
    first.hang_up();
    ASSERT_TRUE(eventually([&] { return connected_.size() == 2; }));
    EXPECT_EQ(second.connections(), 1U);
}

TEST_F(ConnectorTest, ChoosesAtRandomIfConfigured) {
    LoopbackServer server(io_);
    Options options = options_for(server.port());
    options.pool.push_back({"127.0.0.1", dead_port(io_), "", "", {}});
    options.randomize = true;
    start(options);
    for (std::size_t i = 1; i <= 5; ++i) {
        ASSERT_TRUE(eventually([&] { return connected_.size() == i; }));
        server.hang_up();
    }
}

TEST_F(ConnectorTest, GivesUpAfterTheConfiguredAttempts) {
    Options options = options_for(dead_port(io_));
    options.max_attempts = 3;
    start(options);
    ASSERT_TRUE(eventually([&] { return !failed_.empty(); }));
    EXPECT_EQ(disconnected_.size(), 2U);
    EXPECT_EQ(failed_[0].code, Errc::unavailable);
    EXPECT_FALSE(connector_->publish(broadcast("too late")));
    bool stopped = false;
    connector_->stop(1h, [&] { stopped = true; });
    EXPECT_TRUE(eventually([&] { return stopped; }));
}

TEST_F(ConnectorTest, DoesNotWaitForASilentServer) {
    LoopbackServer server(io_);
    server.answer = [](const wire::Frame&) { return ""s; };
    Options options = options_for(server.port());
    options.connect_timeout = 50ms;
    start(options);
    ASSERT_TRUE(eventually([&] { return !disconnected_.empty(); }));
    EXPECT_EQ(disconnected_[0].code, Errc::timed_out);
}

TEST_F(ConnectorTest, NoticesMissingHeartBeatsAndSendsItsOwn) {
    LoopbackServer server(io_);
    server.answer = [](const wire::Frame& frame) {
        return frame.command == "CONNECT" ? "CONNECTED\nversion:1.1\nheart-beat:20,20\n\n\0"s : ""s;
    };
    Options options = options_for(server.port());
    options.session.heart_beat = 510ms;  // promises 1010 ms, wants one every 10 ms
    start(options);
    ASSERT_TRUE(eventually([&] { return !disconnected_.empty(); }));
    EXPECT_EQ(*server.frames()[0].header("heart-beat"), "1010,10");
    EXPECT_EQ(disconnected_[0].code, Errc::timed_out);
    EXPECT_NE(disconnected_[0].message.find("heart-beats"), std::string::npos);
}

TEST_F(ConnectorTest, SendsLaterWhatWasPublishedEarly) {
    LoopbackServer server(io_);
    make(options_for(server.port()));
    ASSERT_TRUE(connector_->publish(broadcast("early")));
    connector_->start(recording());
    ASSERT_TRUE(eventually([&] { return server.count("SEND") == 1; }));
    EXPECT_EQ(server.frames()[1].body, "early");
}

TEST_F(ConnectorTest, RefusesMoreThanASlowServerTakes) {
    LoopbackServer server(io_);
    Options options = options_for(server.port());
    options.unsent_bytes = 1000;
    start(options);
    ASSERT_TRUE(connects());
    ASSERT_TRUE(connector_->publish(broadcast(std::string(900, 'x'))));
    const auto refused = connector_->publish(broadcast(std::string(900, 'x')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
    ASSERT_TRUE(eventually([&] { return server.count("SEND") == 1; }));
    EXPECT_TRUE(connector_->publish(broadcast(std::string(900, 'x')))) << "room again";
}

TEST_F(ConnectorTest, StopSendsEverythingAndSaysGoodBye) {
    LoopbackServer server(io_);
    start(options_for(server.port()));
    ASSERT_TRUE(connects());
    const std::string large(2'000'000, 'x');
    ASSERT_TRUE(connector_->publish(broadcast(large)));
    bool stopped = false;
    connector_->stop(10s, [&] { stopped = true; });
    EXPECT_FALSE(connector_->publish(broadcast("too late")));
    ASSERT_TRUE(eventually([&] { return stopped; }));
    ASSERT_EQ(server.frames().size(), 3U);
    EXPECT_EQ(server.frames()[1].body, large);
    EXPECT_EQ(server.frames()[2].command, "DISCONNECT");
    EXPECT_TRUE(disconnected_.empty());
}

TEST_F(ConnectorTest, StopStillConnectsForWhatWaits) {
    LoopbackServer server(io_);
    make(options_for(server.port()));
    ASSERT_TRUE(connector_->publish(broadcast("fire and forget")));
    connector_->start(recording());
    bool stopped = false;
    connector_->stop(10s, [&] { stopped = true; });
    ASSERT_TRUE(eventually([&] { return stopped; }));
    ASSERT_EQ(server.count("SEND"), 1U);
    EXPECT_EQ(server.count("DISCONNECT"), 1U);
    EXPECT_TRUE(connected_.empty()) << "nobody is told anything after stop";
}

TEST_F(ConnectorTest, StopIsOverAfterTheGracePeriod) {
    make(options_for(dead_port(io_)));
    ASSERT_TRUE(connector_->publish(broadcast("never sent")));
    connector_->start(recording());
    bool stopped = false;
    connector_->stop(30ms, [&] { stopped = true; });
    EXPECT_TRUE(eventually([&] { return stopped; }));
}

TEST_F(ConnectorTest, StopIsOverAtOnceWithoutAConnection) {
    make(options_for(dead_port(io_)));
    int stopped = 0;
    connector_->stop(1h, [&] { ++stopped; });
    ASSERT_TRUE(eventually([&] { return stopped == 1; }));
    start(options_for(dead_port(io_)));
    ASSERT_TRUE(eventually([&] { return !disconnected_.empty(); }));
    connector_->stop(1h, [&] { ++stopped; });
    EXPECT_TRUE(eventually([&] { return stopped == 2; }));
}

TEST_F(ConnectorTest, MayBeDestroyedAtAnyMoment) {
    LoopbackServer server(io_);
    for (int turns = 0; turns < 40; ++turns) {
        connected_.clear();
        start(options_for(server.port()));
        connector_->subscribe(Broadcast{"c", "a"});
        ASSERT_TRUE(connector_->publish(broadcast("x")));
        io_.restart();
        for (int turn = 0; turn < turns; ++turn)
            io_.run_one_for(1ms);
        connector_->stop(1h, [] { FAIL() << "called after its destruction"; });
        connector_.reset();
        const std::size_t told = connected_.size() + disconnected_.size();
        io_.restart();
        io_.run_for(1ms);
        EXPECT_EQ(connected_.size() + disconnected_.size(), told);
    }
}

TEST_F(ConnectorTest, MayBeDestroyedByItsOwnCallbacks) {
    LoopbackServer server(io_);
    const auto destroy = [this](const auto&) { connector_.reset(); };
    make(options_for(server.port()));
    connector_->start(
        {.delivered = nullptr, .connected = destroy, .disconnected = nullptr, .failed = nullptr});
    ASSERT_TRUE(eventually([&] { return connector_ == nullptr; }));
    make(options_for(dead_port(io_)));
    connector_->start(
        {.delivered = nullptr, .connected = nullptr, .disconnected = destroy, .failed = nullptr});
    ASSERT_TRUE(eventually([&] { return connector_ == nullptr; }));
    make(options_for(server.port()));
    connector_->start(
        {.delivered = destroy, .connected = nullptr, .disconnected = nullptr, .failed = nullptr});
    server.answer = [](const wire::Frame&) {
        return "CONNECTED\n\n\0MESSAGE\n\n1\0MESSAGE\n\n2\0"s;
    };
    ASSERT_TRUE(eventually([&] { return connector_ == nullptr; }));
    io_.restart();
    io_.run_for(20ms);
}

/// Descriptors of ours that are connected to that port.
std::vector<int> sockets_to(std::uint16_t port) {
    std::vector<int> found;
    for (int descriptor = 0; descriptor < 256; ++descriptor) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        auto* const address = reinterpret_cast<sockaddr*>(&storage);
        if (::getpeername(descriptor, address, &size) != 0 || storage.ss_family != AF_INET)
            continue;
        if (ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port) == port)
            found.push_back(descriptor);
    }
    return found;
}

TEST_F(ConnectorTest, ItsSocketIsNotInheritedAndIsWatched) {
    LoopbackServer server(io_);
    start(options_for(server.port()));
    ASSERT_TRUE(connects());
    const auto sockets = sockets_to(server.port());
    ASSERT_EQ(sockets.size(), 1U);
    EXPECT_NE(::fcntl(sockets[0], F_GETFD) & FD_CLOEXEC, 0);
    int keep_alive = 0;
    socklen_t size = sizeof keep_alive;
    ASSERT_EQ(::getsockopt(sockets[0], SOL_SOCKET, SO_KEEPALIVE, &keep_alive, &size), 0);
    EXPECT_EQ(keep_alive, 1);
}

TEST_F(ConnectorTest, HundredsShareOneEventLoop) {
    LoopbackServer server(io_);
    std::vector<std::unique_ptr<StompConnector>> connectors;
    for (std::uint32_t i = 0; i < 300; ++i) {
        connectors.push_back(
            std::make_unique<StompConnector>(io_, options_for(server.port()), clock_, log_, i));
        connectors.back()->start(recording());
    }
    EXPECT_TRUE(eventually([&] { return connected_.size() == 300; }));
}

}  // namespace
}  // namespace mco::stomp
