// A Link with a queue of what is to be written, so that callers never wait. I/O thread only.
#pragma once

#include "transport/stomp/link.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mco::stomp {

/// Shared by the connector and, while something is being written, by the coroutine that writes.
class Line : public std::enable_shared_from_this<Line> {
  public:
    Line(asio::io_context& io, std::unique_ptr<Link> link);

    asio::awaitable<Expected<void>> open() { return link_->open(); }

    asio::awaitable<Expected<std::size_t>> read(asio::mutable_buffer into) {
        return link_->read(into);
    }

    /// Queues the bytes behind those that wait already. A failure closes the link, which ends
    /// read().
    void send(std::string_view bytes);

    /// Bytes that the operating system has not taken yet.
    std::size_t unsent() const { return queue_.size() + in_flight_.size(); }

    /// Once everything is sent, tells the peer that no more will come.
    void finish();
    void close();

  private:
    static asio::awaitable<void> drain(std::shared_ptr<Line> line);

    asio::io_context& io_;
    std::unique_ptr<Link> link_;
    std::string queue_;
    std::string in_flight_;
    bool draining_ = false;
    bool finishing_ = false;
    bool closed_ = false;
};

}  // namespace mco::stomp
