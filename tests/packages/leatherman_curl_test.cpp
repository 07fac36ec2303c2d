// Why client/sources asks PuppetDB with Boost.Beast and not with leatherman.curl.
#include "system/descriptor.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <leatherman/curl/client.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco {
namespace {

namespace curl = leatherman::curl;
using Clock = std::chrono::steady_clock;

sockaddr_in loopback(in_addr_t address, in_port_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(address);
    return name;
}

const sockaddr* as_address(const sockaddr_in& name) {
    return reinterpret_cast<const sockaddr*>(&name);  // NOLINT: how sockets are named in C
}

/// One request whole: what is left unread when a socket closes makes it reset the connection.
/// Bodies are the "{}" of query(), or none.
std::string read_request(int connection) {
    std::string request;
    std::array<char, 4096> piece{};
    const auto whole = [&request] {
        const auto head = request.find("\r\n\r\n");
        return head != std::string::npos &&
               (request.starts_with("GET ") || request.ends_with("\r\n\r\n{}"));
    };
    while (!whole()) {
        const auto got = ::recv(connection, piece.data(), piece.size(), 0);
        if (got <= 0)
            break;
        request.append(piece.data(), static_cast<std::size_t>(got));
    }
    return request;
}

/// Gives one answer to each connection, in this order.
class Server {
  public:
    explicit Server(std::vector<std::string> answers)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        auto name = loopback(INADDR_LOOPBACK, 0);
        socklen_t size = sizeof name;
        ::bind(socket_.get(), as_address(name), size);
        ::listen(socket_.get(), 8);
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&name), &size);  // NOLINT
        port_ = ntohs(name.sin_port);
        thread_ = std::thread([this, answers = std::move(answers)] {
            for (const auto& answer : answers)
                serve(answer);
        });
    }

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    ~Server() {
        ::shutdown(socket_.get(), SHUT_RDWR);  // ends an accept() that nobody connects to
        if (thread_.joinable())
            thread_.join();
    }

    /// What was asked, once every answer was given.
    const std::vector<std::string>& requests() {
        thread_.join();
        return requests_;
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    void serve(std::string_view answer) {
        const system::Descriptor connection(
            ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        requests_.push_back(read_request(connection.get()));
        while (!answer.empty()) {
            const auto sent = ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            answer.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    system::Descriptor socket_;
    in_port_t port_ = 0;
    std::vector<std::string> requests_;
    std::thread thread_;
};

std::string http_answer(std::string_view status, std::string_view header, std::string_view body) {
    return "HTTP/1.1 " + std::string(status) +
           "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(header) + "\r\n" + std::string(body);
}

curl::request query(const std::string& url) {
    curl::request request(url);
    request.body("{}", "application/json");
    request.timeout(60'000);
    request.connection_timeout(60'000);
    return request;
}

TEST(LeathermanCurl, KeepsAnAnswerOfAnyLengthInMemory) {
    const std::string body(32u << 20, 'x');
    Server server({http_answer("200 OK", "", body)});
    EXPECT_EQ(curl::client().post(query(server.url())).body().size(), body.size());
    server.requests();
}

TEST(LeathermanCurl, AsksWhomItWasSentToInsteadOfSayingSo) {
    Server server({http_answer("302 Found", "Location: /elsewhere\r\n", ""),
                   http_answer("200 OK", "", "[]")});
    const auto answer = curl::client().post(query(server.url() + "/pdb/query/v4"));
    EXPECT_EQ(answer.status_code(), 200) << "and the query is no longer in it";
    const auto& requests = server.requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_TRUE(requests.back().starts_with("GET /elsewhere "));
}

TEST(LeathermanCurl, SendsTheQueryToTheProxyOfTheEnvironment) {
    Server proxy({http_answer("200 OK", "", "[]")});
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    curl::client client;
    client.set_proxy("");
    const auto answer = client.post(query("http://puppetdb.invalid/"));
    ::unsetenv("http_proxy");
    EXPECT_EQ(answer.status_code(), 200);
    EXPECT_TRUE(proxy.requests().front().starts_with("POST http://puppetdb.invalid/ "));
}

/// How long one request takes whose time is over after 100 ms, with a name server that is silent
/// and asked for two seconds. Runs in a process of its own; 0 when it may not mount.
Clock::duration ask_silent_name_server(const std::string& resolv_conf) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(resolv_conf.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) != 0)
        return {};
    auto request = query("http://puppetdb.lab.test:8080/");
    request.timeout(100);
    request.connection_timeout(100);
    const auto begun = Clock::now();
    try {
        curl::client().post(request);
    } catch (const curl::http_exception&) {
    }
    return Clock::now() - begun;
}

TEST(LeathermanCurl, WaitsForANameServerLongerThanItWasTold) {
    constexpr int no_rights = 2;
    const system::TemporaryDirectory directory;
    const auto address = INADDR_LOOPBACK + (static_cast<in_addr_t>(::getpid()) << 1 & 0x7ffffe);
    const system::Descriptor silent(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto name = loopback(address, 53);
    if (::bind(silent.get(), as_address(name), sizeof name) != 0)
        GTEST_SKIP() << "only root can be a name server";
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &name.sin_addr, text.data(), text.size());
    const auto conf = directory.write(
        "resolv.conf",
        "nameserver " + std::string(text.data()) + "\noptions timeout:2 attempts:1\n");
    const pid_t pid = ::fork();
    if (pid == 0) {
        const auto taken = ask_silent_name_server(conf);
        ::_exit(taken == Clock::duration() ? no_rights : taken < std::chrono::seconds(1) ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == no_rights)
        GTEST_SKIP() << "only root can have a resolv.conf of its own";
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << "it ended in time: look at ADR 8 again";
}

}  // namespace
}  // namespace mco
