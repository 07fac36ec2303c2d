// A message broker inside the process, for tests of what stands above connectors: topics reach
// every subscriber, queues one, with the names and selectors of ActiveMQ. Deliveries go through the
// event loop, never from inside a call.
#pragma once

#include "transport/connector.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace mco::memory {

struct BrokerState;

/// I/O thread only. `io` must outlive it; connectors may outlive it, they are then unconnected.
class MemoryBroker {
  public:
    explicit MemoryBroker(boost::asio::io_context& io);
    MemoryBroker(const MemoryBroker&) = delete;
    MemoryBroker& operator=(const MemoryBroker&) = delete;
    ~MemoryBroker();

    /// A connector that publishes and receives here under that identity; `pid` is part of its reply
    /// addresses.
    std::unique_ptr<transport::Connector> connector(std::string identity, long pid = 1);

    /// While unreachable, connectors are disconnected and keep what they publish; then they come
    /// back by themselves.
    void set_reachable(bool reachable);

    /// Every connector gives up.
    void end_connections(const Error& why);

    /// Messages that were routed so far, whether anybody wanted them or not.
    std::size_t routed() const;

  private:
    std::shared_ptr<BrokerState> state_;
};

}  // namespace mco::memory
