// One TCP or TLS connection to a broker. I/O thread only. All coroutines may be awaited only while
// the Link lives.
#pragma once

#include "core/error.hpp"
#include "system/asio.hpp"
#include "system/log.hpp"
#include "transport/stomp/options.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace mco::stomp {

class Link {
  public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// Resolves, connects, and shakes hands. To be called once. Errors: unavailable, denied (TLS).
    virtual asio::awaitable<Expected<void>> open() = 0;
    /// At least one byte. Errors: unavailable.
    virtual asio::awaitable<Expected<std::size_t>> read(asio::mutable_buffer into) = 0;
    /// All of it. `bytes` must stay until this ends. Errors: unavailable.
    virtual asio::awaitable<Expected<void>> write(const std::string& bytes) = 0;
    /// Nothing more will be written; reading goes on.
    virtual void shut_down_sending() = 0;
    /// Ends everything that is awaited, with errors.
    virtual void close() = 0;
};

/// Not yet open. Errors: those of make_tls_context().
Expected<std::unique_ptr<Link>> make_link(asio::io_context& io,
                                          const Server& server,
                                          system::Log& log);

}  // namespace mco::stomp
