#include "transport/stomp/connector.hpp"

#include "transport/stomp/core.hpp"

namespace mco::stomp {

StompConnector::StompConnector(boost::asio::io_context& io,
                               Options options,
                               const system::Clock& clock,
                               system::Log& log,
                               std::uint32_t seed)
    : core_(std::make_shared<Core>(io, std::move(options), clock, log, seed)) {}

StompConnector::~StompConnector() {
    core_->abandon();
}

void StompConnector::start(transport::Events events) {
    core_->start(std::move(events));
}

void StompConnector::subscribe(const transport::Channel& channel) {
    core_->subscribe(channel);
}

void StompConnector::unsubscribe(const transport::Channel& channel) {
    core_->unsubscribe(channel);
}

Expected<void> StompConnector::publish(transport::Publication publication) {
    return core_->publish(std::move(publication));
}

std::string StompConnector::reply_address(const transport::ReplyQueue& queue) const {
    return core_->reply_address(queue);
}

void StompConnector::stop(std::chrono::milliseconds grace, std::function<void()> done) {
    core_->stop(grace, std::move(done));
}

}  // namespace mco::stomp
