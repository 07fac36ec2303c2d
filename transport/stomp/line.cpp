#include "transport/stomp/line.hpp"

namespace mco::stomp {

Line::Line(asio::io_context& io, std::unique_ptr<Link> link) : io_(io), link_(std::move(link)) {}

void Line::send(std::string_view bytes) {
    if (closed_ || finishing_)
        return;
    queue_ += bytes;
    if (draining_)
        return;
    draining_ = true;
    asio::co_spawn(io_, drain(shared_from_this()), asio::detached);
}

void Line::finish() {
    finishing_ = true;
    if (!draining_ && !closed_)
        link_->shut_down_sending();
}

void Line::close() {
    closed_ = true;
    link_->close();
}

asio::awaitable<void> Line::drain(std::shared_ptr<Line> line) {
    while (!line->queue_.empty() && !line->closed_) {
        line->in_flight_ = std::move(line->queue_);
        line->queue_.clear();
        const Expected<void> sent = co_await line->link_->write(line->in_flight_);
        line->in_flight_ = std::string();  // gives its memory back
        if (!sent)
            line->close();
    }
    line->draining_ = false;
    if (line->finishing_ && !line->closed_)
        line->link_->shut_down_sending();
}

}  // namespace mco::stomp
