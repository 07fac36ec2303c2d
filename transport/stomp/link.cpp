#include "transport/stomp/link.hpp"

#include "system/asio_ssl.hpp"
#include "transport/stomp/tls.hpp"

#include <cerrno>
#include <vector>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace mco::stomp {

namespace {

using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

Error unavailable(const std::string& what, const SystemError& error) {
    return {Errc::unavailable, what + ": " + error.message()};
}

/// Asio would create the descriptor without FD_CLOEXEC, and agents fork (rule R4).
SystemError open_socket(tcp::socket& socket, const tcp& protocol) {
    const int descriptor = ::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    SystemError error;
    if (descriptor < 0)
        error.assign(errno, boost::system::system_category());
    else
        socket.assign(protocol, descriptor, error);
    return error;
}

void set_option(tcp::socket& socket, int level, int option, int value) {
    ::setsockopt(socket.native_handle(), level, option, &value, sizeof value);
}

/// A broker that vanished without a word is noticed within about a minute, idle or writing,
/// heart-beats or not. Options that the system refuses are only lost precision, so their errors are
/// not looked at.
void tune(tcp::socket& socket) {
    constexpr int idle_seconds = 30;
    constexpr int probe_seconds = 10;
    constexpr int probes = 3;
    constexpr int unanswered_ms = 60'000;
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, probe_seconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, probes);
    set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, unanswered_ms);
}

/// What TCP and TLS have in common.
class SocketLink : public Link {
  public:
    explicit SocketLink(const Server& server) : host_(server.host), port_(server.port) {}

    void shut_down_sending() override {
        SystemError ignored;
        socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    void close() override {
        closed_ = true;
        SystemError ignored;
        socket().close(ignored);
    }

  protected:
    virtual tcp::socket& socket() = 0;

    const std::string& host() const { return host_; }

    std::string address() const { return host_ + ":" + std::to_string(port_); }

    asio::awaitable<Expected<void>> connect() {
        const Expected<Endpoints> endpoints = co_await resolve();
        if (!endpoints)
            co_return tl::unexpected(endpoints.error());
        SystemError error = asio::error::host_not_found;
        for (const auto& endpoint : *endpoints) {
            if (closed_)
                break;
            error = open_socket(socket(), endpoint.protocol());
            if (error)
                continue;
            co_await socket().async_connect(endpoint,
                                            asio::redirect_error(asio::use_awaitable, error));
            if (!error && !closed_) {
                tune(socket());
                co_return Expected<void>();
            }
            SystemError ignored;
            socket().close(ignored);
        }
        if (closed_)
            error = asio::error::operation_aborted;
        co_return tl::unexpected(unavailable("cannot connect to " + address(), error));
    }

  private:
    /// Addresses written as numbers need no resolver, which would start a thread.
    asio::awaitable<Expected<Endpoints>> resolve() {
        SystemError error;
        const auto literal = asio::ip::make_address(host_, error);
        if (!error)
            co_return Endpoints(1, tcp::endpoint(literal, port_));
        tcp::resolver resolver(co_await asio::this_coro::executor);
        const auto found = co_await resolver.async_resolve(
            host_, std::to_string(port_), asio::redirect_error(asio::use_awaitable, error));
        if (error)
            co_return tl::unexpected(unavailable("cannot resolve the host name " + host_, error));
        Endpoints endpoints;
        for (const auto& entry : found)
            endpoints.push_back(entry.endpoint());
        co_return endpoints;
    }

    std::string host_;
    std::uint16_t port_;
    bool closed_ = false;
};

template <class Stream>
asio::awaitable<Expected<std::size_t>> read_from(Stream& stream, asio::mutable_buffer into) {
    SystemError error;
    const std::size_t size =
        co_await stream.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    if (!error)
        co_return size;
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        co_return fail(Errc::unavailable, "the broker closed the connection");
    co_return tl::unexpected(unavailable("the connection broke", error));
}

template <class Stream>
asio::awaitable<Expected<void>> write_to(Stream& stream, const std::string& bytes) {
    SystemError error;
    co_await asio::async_write(
        stream, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
    if (error)
        co_return tl::unexpected(unavailable("the connection broke", error));
    co_return Expected<void>();
}

class TcpLink final : public SocketLink {
  public:
    TcpLink(asio::io_context& io, const Server& server) : SocketLink(server), socket_(io) {}

    asio::awaitable<Expected<void>> open() override { return connect(); }

    asio::awaitable<Expected<std::size_t>> read(asio::mutable_buffer into) override {
        return read_from(socket_, into);
    }

    asio::awaitable<Expected<void>> write(const std::string& bytes) override {
        return write_to(socket_, bytes);
    }

  private:
    tcp::socket& socket() override { return socket_; }

    tcp::socket socket_;
};

class TlsLink final : public SocketLink {
  public:
    TlsLink(asio::io_context& io, const Server& server, TlsContext context)
        : SocketLink(server),
          verified_(context.verified),
          context_(context.handle.release()),
          stream_(io, context_) {}

    asio::awaitable<Expected<void>> open() override {
        const Expected<void> connected = co_await connect();
        if (!connected)
            co_return connected;
        const auto named = expect_host(stream_.native_handle(), host(), verified_);
        if (!named)
            co_return named;
        SystemError error;
        co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (error)
            co_return fail(Errc::denied,
                           "no TLS connection with " + address() + ": " + error.message() +
                               verification_failure(stream_.native_handle()));
        co_return Expected<void>();
    }

    asio::awaitable<Expected<std::size_t>> read(asio::mutable_buffer into) override {
        return read_from(stream_, into);
    }

    asio::awaitable<Expected<void>> write(const std::string& bytes) override {
        return write_to(stream_, bytes);
    }

  private:
    tcp::socket& socket() override { return stream_.next_layer(); }

    bool verified_;
    asio::ssl::context context_;
    asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

Expected<std::unique_ptr<Link>> make_link(asio::io_context& io,
                                          const Server& server,
                                          system::Log& log) {
    if (!server.tls)
        return std::make_unique<TcpLink>(io, server);
    MCO_TRY(context, make_tls_context(*server.tls));
    if (!context.verified)
        log.warn(
            "INSECURE: {} is not verified and no certificate is presented, because "
            "ssl.fallback is set and {}",
            server.address(),
            context.warning);
    return std::make_unique<TlsLink>(io, server, std::move(context));
}

}  // namespace mco::stomp
