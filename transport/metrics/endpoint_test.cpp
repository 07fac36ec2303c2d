#include "transport/metrics/endpoint.hpp"

#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>

namespace mco::metrics {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A peer that blocks, but not for ever.
class Peer {
  public:
    explicit Peer(const Address& address) : socket_(io_) {
        if (const auto* port = std::get_if<LoopbackPort>(&address))
            socket_.connect(asio::ip::tcp::endpoint(asio::ip::make_address(port->host), port->port),
                            error_);
        else
            socket_.connect(
                asio::local::stream_protocol::endpoint(std::get<SocketPath>(address).path), error_);
        const timeval patience{20, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    bool connected() const { return !error_; }

    void say(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes), error_); }

    /// Everything until the other side ends.
    std::string hear() {
        std::string heard;
        SystemError error;
        asio::read(socket_, asio::dynamic_buffer(heard), error);
        EXPECT_NE(error, asio::error::would_block) << "nothing ended this connection";
        return heard;
    }

    std::string ask(std::string_view bytes) {
        say(bytes);
        return hear();
    }

  private:
    asio::io_context io_;
    asio::generic::stream_protocol::socket socket_;
    SystemError error_;
};

class MetricsEndpoint : public testing::Test {
  protected:
    const system::TemporaryDirectory folder_;
    system::MemorySink::Lines lines_;
    system::Log log_{std::make_unique<system::MemorySink>(lines_), system::Level::debug};
    asio::io_context io_{1};
    std::unique_ptr<Endpoint> endpoint_;
    std::thread thread_;
    int told_ = 0;
    std::chrono::milliseconds patience_ = Endpoint::longest_exchange;

    Expected<void> listen(const Address& address) {
        auto endpoint = Endpoint::listen(
            io_,
            address,
            [this] { return "told " + std::to_string(++told_) + "\n"; },
            log_,
            patience_);
        if (!endpoint)
            return tl::unexpected(endpoint.error());
        endpoint_ = *std::move(endpoint);
        thread_ = std::thread([this] { io_.run(); });
        return {};
    }

    /// The loop ends by itself: nothing of the endpoint stays behind.
    void stop() {
        if (!thread_.joinable())
            return;
        asio::post(io_, [this] { endpoint_.reset(); });
        thread_.join();
    }

    void TearDown() override { stop(); }

    Address address() const { return *parse_address(endpoint_->address()); }

    std::string ask(std::string_view bytes) { return Peer(address()).ask(bytes); }
};

constexpr const char* good_request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST_F(MetricsEndpoint, TellsWhatItIsGiven) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    EXPECT_THAT(ask(good_request),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                      HasSubstr("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
                      HasSubstr("\r\nContent-Length: 7\r\n"),
                      HasSubstr("\r\nConnection: close\r\n"),
                      EndsWith("\r\n\r\ntold 1\n")));
    EXPECT_THAT(ask("GET /metrics HTTP/1.0\r\n\r\n"), EndsWith("told 2\n"));
}

TEST_F(MetricsEndpoint, HasNothingElse) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    for (const char* target : {"/",
                               "/metrics/",
                               "/metrics?x=1",
                               "/../metrics",
                               "*",
                               "/etc/passwd",
                               "http://127.0.0.1/metrics"})
        EXPECT_THAT(ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                    StartsWith("HTTP/1.1 404 "))
            << target;
    for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"})
        EXPECT_THAT(ask(std::string(method) + " /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
                    AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: GET\r\n")))
            << method;
    EXPECT_EQ(told_, 0);
}

TEST_F(MetricsEndpoint, OutlivesWhatIsNoRequest) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    for (const std::string& garbage :
         {std::string("\0\0\0\0\r\n\r\n", 8),
          std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
          std::string("hello\r\n\r\n"),
          std::string("GET /metrics\r\n\r\n"),
          std::string("GET /metrics HTTP/9.9\r\n\r\n"),
          std::string("GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
          std::string("GET /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
          std::string("GET /metrics HTTP/1.1\r\nA\0b: c\r\n\r\n", 33)})
        EXPECT_THAT(ask(garbage), StartsWith("HTTP/1.1 400 ")) << garbage;
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
}

TEST_F(MetricsEndpoint, BoundsTheHeader) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    const std::string filling(Endpoint::longest_header, 'x');
    EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nX: " + filling + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(ask("GET /" + filling + filling), StartsWith("HTTP/1.1 431 "));
    std::string many = "GET /metrics HTTP/1.1\r\n";
    for (int number = 0; number < 2000; ++number)
        many += "a: b\r\n";
    EXPECT_THAT(ask(many + "\r\n"), StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
}

TEST_F(MetricsEndpoint, AnswersOneRequestAndHangsUp) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    EXPECT_THAT(ask(std::string(good_request) + good_request), EndsWith("told 1\n"));
    EXPECT_EQ(told_, 1);
}

TEST_F(MetricsEndpoint, TheOldestGoesWhenThereAreTooMany) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    std::vector<std::unique_ptr<Peer>> silent;
    for (std::size_t number = 0; number < 10 * Endpoint::most_connections; ++number) {
        silent.push_back(std::make_unique<Peer>(address()));
        silent.back()->say("GET /met");
    }
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
    EXPECT_THAT(silent.front()->hear(), IsEmpty());
    EXPECT_THAT(silent.back()->ask("rics HTTP/1.1\r\n\r\n"), EndsWith("told 2\n"))
        << "it was among the newest";
}

TEST_F(MetricsEndpoint, DoesNotWaitForTheSlow) {
    patience_ = std::chrono::milliseconds(200);
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    const auto begin = std::chrono::steady_clock::now();
    Peer slow(address());
    slow.say("GET /metrics HT");
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
    EXPECT_THAT(slow.hear(), IsEmpty());
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, patience_);
}

TEST_F(MetricsEndpoint, TheEndHangsUpOnEverybody) {
    ASSERT_TRUE(listen(LoopbackPort{"127.0.0.1", 0}));
    const Address where = address();
    Peer waiting(where);
    waiting.say("GET /");
    ASSERT_THAT(ask(good_request), EndsWith("told 1\n"));
    stop();
    EXPECT_THAT(waiting.hear(), IsEmpty());
    EXPECT_FALSE(Peer(where).connected());
}

TEST_F(MetricsEndpoint, HasAFileForOwnerAndGroup) {
    const std::string path = folder_ / "metrics.sock";
    ASSERT_TRUE(listen(SocketPath{path}));
    EXPECT_EQ(endpoint_->address(), path);

    struct stat status {};

    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
    stop();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(MetricsEndpoint, ReplacesOnlyAFileThatNobodyListensOn) {
    const std::string path = folder_ / "metrics.sock";
    {
        asio::io_context io;
        asio::local::stream_protocol::acceptor gone(io,
                                                    asio::local::stream_protocol::endpoint(path));
    }
    ASSERT_TRUE(std::filesystem::exists(path));
    ASSERT_TRUE(listen(SocketPath{path}));
    const auto second = Endpoint::listen(
        io_, SocketPath{path}, [] { return std::string(); }, log_);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr(path));
    EXPECT_THAT(ask(good_request), EndsWith("told 1\n"));
}

TEST_F(MetricsEndpoint, LeavesOtherFilesAlone) {
    const std::string path = folder_.write("metrics.sock", "precious");
    const auto made = listen(SocketPath{path});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr(path));
    EXPECT_EQ(folder_.read("metrics.sock"), "precious");
    EXPECT_FALSE(listen(SocketPath{folder_ / ("x" + std::string(200, 'y'))}));
    EXPECT_FALSE(listen(SocketPath{folder_ / "none/metrics.sock"}));
}

}  // namespace
}  // namespace mco::metrics
