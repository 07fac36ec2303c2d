// A scriptable STOMP server on a loopback port, for the tests of the connector. Runs on the same
// event loop as what it tests.
#pragma once

#include "core/wire/frame_parser.hpp"
#include "system/asio_ssl.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::stomp {

/// PEM files; with `clients_ca`, clients must present a certificate issued by it.
struct ServerTls {
    std::string certificate;
    std::string key;
    std::string clients_ca;
};

class LoopbackServer {
  public:
    explicit LoopbackServer(asio::io_context& io, const std::optional<ServerTls>& tls = {});
    ~LoopbackServer();

    std::uint16_t port() const { return port_; }

    /// What is sent back for a frame; by default, CONNECTED for CONNECT, and hanging up for
    /// DISCONNECT.
    std::function<std::string(const wire::Frame&)> answer;
    /// Whether connections are read from at all.
    bool reading = true;

    /// Everything that arrived, over all connections.
    const std::vector<wire::Frame>& frames() const { return frames_; }

    std::size_t count(std::string_view command) const;

    std::size_t connections() const { return connections_; }

    /// To every open connection; only without TLS.
    void send(const std::string& bytes);
    void hang_up();

    /// New connections are refused from now on.
    void stop_listening() { acceptor_.close(); }

  private:
    using Socket = std::shared_ptr<asio::ip::tcp::socket>;

    asio::awaitable<void> accept_loop();
    asio::awaitable<void> serve_plain(Socket socket);
    asio::awaitable<void> serve_tls(Socket socket);
    template <class Stream>
    asio::awaitable<void> serve(Stream& stream, Socket socket);
    std::string on_frame(const wire::Frame& frame);

    asio::io_context& io_;
    asio::ip::tcp::acceptor acceptor_;
    std::optional<asio::ssl::context> tls_;
    std::uint16_t port_;
    std::vector<std::weak_ptr<asio::ip::tcp::socket>> open_;
    std::vector<wire::Frame> frames_;
    std::size_t connections_ = 0;
};

}  // namespace mco::stomp
