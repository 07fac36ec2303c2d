#include "transport/stomp/loopback_server.hpp"

#include <algorithm>

namespace mco::stomp {

using asio::ip::tcp;

namespace {

asio::ssl::context make_context(const ServerTls& tls) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain_file(tls.certificate);
    context.use_private_key_file(tls.key, asio::ssl::context::pem);
    if (!tls.clients_ca.empty()) {
        context.load_verify_file(tls.clients_ca);
        context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
    return context;
}

}  // namespace

LoopbackServer::LoopbackServer(asio::io_context& io, const std::optional<ServerTls>& tls)
    : io_(io),
      acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
    if (tls)
        tls_ = make_context(*tls);
    asio::co_spawn(io_, accept_loop(), asio::detached);
}

LoopbackServer::~LoopbackServer() {
    hang_up();
}

std::size_t LoopbackServer::count(std::string_view command) const {
    return static_cast<std::size_t>(
        std::count_if(frames_.begin(), frames_.end(), [&](const wire::Frame& frame) {
            return frame.command == command;
        }));
}

void LoopbackServer::send(const std::string& bytes) {
    for (const auto& weak : open_)
        if (const auto socket = weak.lock())
            asio::write(*socket, asio::buffer(bytes));
}

void LoopbackServer::hang_up() {
    for (const auto& weak : open_)
        if (const auto socket = weak.lock())
            socket->close();
    open_.clear();
}

asio::awaitable<void> LoopbackServer::accept_loop() {
    SystemError error;
    while (true) {
        const auto socket = std::make_shared<tcp::socket>(io_);
        co_await acceptor_.async_accept(*socket, asio::redirect_error(asio::use_awaitable, error));
        if (error)
            co_return;
        ++connections_;
        open_.push_back(socket);
        if (tls_)
            asio::co_spawn(io_, serve_tls(socket), asio::detached);
        else
            asio::co_spawn(io_, serve_plain(socket), asio::detached);
    }
}

asio::awaitable<void> LoopbackServer::serve_plain(Socket socket) {
    co_await serve(*socket, socket);
}

asio::awaitable<void> LoopbackServer::serve_tls(Socket socket) {
    SystemError error;
    asio::ssl::stream<tcp::socket&> stream(*socket, *tls_);
    co_await stream.async_handshake(asio::ssl::stream_base::server,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (!error)
        co_await serve(stream, socket);
}

template <class Stream>
asio::awaitable<void> LoopbackServer::serve(Stream& stream, Socket socket) {
    wire::FrameParser parser;
    SystemError error;
    std::string buffer(4096, '\0');
    while (reading && socket->is_open()) {
        const std::size_t size = co_await stream.async_read_some(
            asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        if (error || !parser.feed(std::string_view(buffer).substr(0, size)))
            co_return;
        while (const auto frame = parser.next()) {
            const std::string reply = on_frame(*frame);
            co_await asio::async_write(
                stream, asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
            if (!answer && frame->command == "DISCONNECT")
                socket->close();
        }
    }
}

std::string LoopbackServer::on_frame(const wire::Frame& frame) {
    frames_.push_back(frame);
    if (answer)
        return answer(frame);
    if (frame.command != "CONNECT")
        return {};
    return encode({"CONNECTED", {{"version", "1.0"}}, ""}, wire::Version::v1_0);
}

}  // namespace mco::stomp
