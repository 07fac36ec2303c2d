// The connector for ActiveMQ, RabbitMQ and mco-broker: one connection at a time, kept up for ever.
#pragma once

#include "system/clock.hpp"
#include "system/log.hpp"
#include "transport/connector.hpp"
#include "transport/stomp/options.hpp"

#include <cstdint>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace mco::stomp {

class Core;

/// I/O thread only. `io`, `clock` and `log` must outlive the connector; after its destruction
/// nothing of it is called any more, whether `io` goes on to run or not.
class StompConnector final : public transport::Connector {
  public:
    /// `seed`: for the spread of reconnects and the random choice of brokers.
    StompConnector(boost::asio::io_context& io,
                   Options options,
                   const system::Clock& clock,
                   system::Log& log,
                   std::uint32_t seed);
    ~StompConnector() override;

    void start(transport::Events events) override;
    void subscribe(const transport::Channel& channel) override;
    void unsubscribe(const transport::Channel& channel) override;
    Expected<void> publish(transport::Publication publication) override;
    std::string reply_address(const transport::ReplyQueue& queue) const override;
    void stop(std::chrono::milliseconds grace, std::function<void()> done) override;

  private:
    std::shared_ptr<Core> core_;  // second owner: its coroutine, until that has noticed the end
};

}  // namespace mco::stomp
