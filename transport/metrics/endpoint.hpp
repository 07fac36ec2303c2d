// Tells figures to whoever asks by HTTP: GET /metrics and nothing else.
#pragma once

#include "core/error.hpp"
#include "system/asio.hpp"
#include "system/log.hpp"
#include "transport/metrics/address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace mco::metrics {

/// I/O thread only; nothing of it blocks. What it holds of a peer is bounded: the newest
/// `most_connections` of them, `longest_header` bytes each, for `patience`. One connection
/// answers one request.
class Endpoint {
  public:
    static constexpr std::size_t most_connections = 8;  ///< for one more, the oldest goes
    static constexpr std::uint32_t longest_header = 4096;
    static constexpr std::chrono::seconds longest_exchange{5};

    /// Listens. `text` is asked for every answer and must be quick; it and the log outlive the
    /// endpoint. A path gets a socket with mode 0660; one that nobody listens on any more is
    /// replaced. Errors: io, denied, not_found; they name the address.
    static Expected<std::unique_ptr<Endpoint>> listen(
        asio::io_context& io,
        const Address& address,
        std::function<std::string()> text,
        system::Log& log,
        std::chrono::milliseconds patience = longest_exchange);

    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    /// Listens no more, hangs up on everybody, and removes its socket's file.
    ~Endpoint();

    /// `127.0.0.1:PORT`, `[::1]:PORT` or the path.
    const std::string& address() const;

  private:
    struct Exchange;
    struct State;

    explicit Endpoint(std::shared_ptr<State> state) : state_(std::move(state)) {}

    static asio::awaitable<void> accept(std::shared_ptr<State> state);
    static asio::awaitable<void> serve(std::shared_ptr<State> state,
                                       std::shared_ptr<Exchange> exchange);

    std::shared_ptr<State> state_;  // second owners: its coroutines, until they notice the end
};

}  // namespace mco::metrics
