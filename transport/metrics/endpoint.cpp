#include "transport/metrics/endpoint.hpp"

#include "transport/metrics/place.hpp"
#include "transport/metrics/reply.hpp"

#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <list>

#include <fcntl.h>

namespace mco::metrics {
namespace {

namespace http = boost::beast::http;
using Protocol = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol>;

constexpr std::chrono::milliseconds pause_without_descriptors(100);
/// Of what follows a request: read, so that the answer arrives before the connection is reset.
constexpr std::size_t most_ignored = 65536;

}  // namespace

/// One connection.
struct Endpoint::Exchange {
    explicit Exchange(Protocol::socket&& accepted)
        : socket(std::move(accepted)), deadline(socket.get_executor()) {}

    void close() {
        SystemError ignored;
        deadline.cancel();
        socket.close(ignored);
    }

    Protocol::socket socket;
    asio::steady_timer deadline;
    boost::beast::flat_static_buffer<longest_header + 1024> buffer;
};

struct Endpoint::State {
    State(asio::io_context& io,
          Place taken,
          std::function<std::string()> figures,
          std::chrono::milliseconds limit)
        : place(std::move(taken)),
          acceptor(io, Protocol(place.family(), 0), place.release()),
          pause(io),
          text(std::move(figures)),
          patience(limit) {}

    /// The newest is last.
    void admit(std::shared_ptr<Exchange> exchange) {
        if (exchanges.size() >= most_connections) {
            exchanges.front()->close();
            exchanges.pop_front();
        }
        exchanges.push_back(std::move(exchange));
    }

    Place place;
    Acceptor acceptor;
    asio::steady_timer pause;
    std::function<std::string()> text;
    const std::chrono::milliseconds patience;
    std::list<std::shared_ptr<Exchange>> exchanges;  // second owner: the coroutine of each
};

Expected<std::unique_ptr<Endpoint>> Endpoint::listen(asio::io_context& io,
                                                     const Address& address,
                                                     std::function<std::string()> text,
                                                     system::Log& log,
                                                     std::chrono::milliseconds patience) {
    MCO_TRY(place, Place::take(address));
    auto state = std::make_shared<State>(io, std::move(place), std::move(text), patience);
    log.info("figures are told at {}", state->place.name());
    asio::co_spawn(io, accept(state), asio::detached);
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(state)));
}

Endpoint::~Endpoint() {
    SystemError ignored;
    state_->acceptor.close(ignored);
    state_->pause.cancel();
    for (const auto& exchange : state_->exchanges)
        exchange->close();
    state_->text = nullptr;
    state_->place.leave();
}

const std::string& Endpoint::address() const {
    return state_->place.name();
}

asio::awaitable<void> Endpoint::accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
        SystemError error;
        Protocol::socket socket =
            co_await state->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!state->acceptor.is_open())
            co_return;
        if (error) {  // usually no descriptor is left: the peer stays in the queue, so do not spin
            state->pause.expires_after(pause_without_descriptors);
            co_await state->pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
        auto exchange = std::make_shared<Exchange>(std::move(socket));
        state->admit(exchange);
        asio::co_spawn(
            state->acceptor.get_executor(), serve(state, std::move(exchange)), asio::detached);
    }
}

asio::awaitable<void> Endpoint::serve(std::shared_ptr<State> state,
                                      std::shared_ptr<Exchange> exchange) {
    Protocol::socket& socket = exchange->socket;
    exchange->deadline.expires_after(state->patience);
    exchange->deadline.async_wait([weak = std::weak_ptr(exchange)](SystemError cancelled) {
        if (const auto overdue = weak.lock(); overdue && !cancelled)
            overdue->close();
    });
    SystemError error;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(longest_header);
    co_await http::async_read_header(
        socket, exchange->buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (socket.is_open() && state->text && error != http::error::end_of_stream) {
        const Response response =
            error ? reply_to(error) : reply_to(parser.get().base(), state->text);
        co_await http::async_write(
            socket, response, asio::redirect_error(asio::use_awaitable, error));
        socket.shutdown(Protocol::socket::shutdown_send, error);
        std::array<char, 1024> rest{};
        for (std::size_t ignored = 0; !error && ignored < most_ignored;)
            ignored += co_await socket.async_read_some(
                asio::buffer(rest), asio::redirect_error(asio::use_awaitable, error));
    }
    exchange->close();
    state->exchanges.remove(exchange);
}

}  // namespace mco::metrics
