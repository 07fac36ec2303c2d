#include "client/session.hpp"

#include "core/config/literals.hpp"
#include "core/message/request_id.hpp"
#include "system/asio.hpp"
#include "system/log_text.hpp"

#include <csignal>
#include <utility>

namespace mco::client {

namespace {

constexpr std::chrono::milliseconds farewell(500);
constexpr std::size_t most_unproven_senders = 10'000;

}  // namespace

struct Session::Signals {
    explicit Signals(asio::io_context& io) : set(io, SIGINT) {}

    asio::signal_set set;
};

Session::Session(SessionParts parts) : parts_(std::move(parts)), crew_(parts_.provider) {}

Session::~Session() = default;

Expected<void> Session::connect(std::chrono::milliseconds bound) {
    transport::Events events;
    events.delivered = [this](message::Delivery delivery) { deliver(std::move(delivery)); };
    events.connected = [this](const std::string&) { connected_ = true; };
    events.disconnected = [this](const Error& why) { last_error_ = why.message; };
    events.failed = [this](const Error& why) {
        failed_ = true;
        failure_ = why.message;
    };
    parts_.connector.start(std::move(events));
    started_ = true;
    const auto deadline = std::chrono::steady_clock::now() + bound;
    const auto work = asio::make_work_guard(parts_.io);
    while (!connected_ && !failed_ && !interrupted()) {
        parts_.io.restart();
        if (parts_.io.run_one_until(deadline) == 0)
            break;
    }
    if (connected_)
        return {};
    if (interrupted())
        return fail(Errc::timed_out, "");
    return failed_ ? fail(Errc::unavailable, failure_) : fail(Errc::timed_out, last_error_);
}

/// What one read brings is proven together, when all of it is here.
void Session::deliver(message::Delivery delivery) {
    if ((waiter_ == nullptr && dialogue_ == nullptr) || complete_)
        return;
    if (arrived_.empty())
        asio::post(parts_.io, [this] { prove_arrivals(); });
    arrived_.push_back(std::move(delivery));
    arrival_times_.push_back(now());
}

void Session::prove_arrivals() {
    const auto deliveries = std::exchange(arrived_, {});
    const auto times = std::exchange(arrival_times_, {});
    const auto proofs = crew_.prove(deliveries, awaited_, parts_.clock.now());
    for (std::size_t i = 0; i < deliveries.size(); ++i)
        take(deliveries[i], proofs[i], times[i]);
}

void Session::take(const message::Delivery& delivery,
                   const ProvingCrew::Proof& reply,
                   Monotonic at) {
    if ((waiter_ == nullptr && dialogue_ == nullptr) || complete_)
        return;
    if (reply && waiter_ != nullptr) {
        complete_ = waiter_->on_reply(*reply, at);
    } else if (reply) {
        if (const auto* mark = awaited_.mark(reply->id))
            dialogue_->on_reply(*mark, *reply, at);
    } else if (reply.error().gate !=
               message::Gate::not_for_us) {  // else: late for an earlier request
        drop(delivery, reply.error());
    }
}

/// Nothing in the message is proven: what is kept of it must neither drive a terminal nor fill the
/// memory.
void Session::drop(const message::Delivery& delivery, const message::Rejection& why) {
    ++unproven_;
    why_unproven_ = system::escaped(why.reason);
    const auto& sender = why.sender.empty() ? delivery.sender : why.sender;
    if (config::is_identity(sender) && unproven_senders_.size() < most_unproven_senders)
        unproven_senders_.insert_or_assign(sender, why_unproven_);
}

Origin Session::origin(std::string id, std::string reply_to) const {
    return {parts_.identity,
            parts_.provider.caller_id(),
            std::move(id),
            std::move(reply_to),
            parts_.clock.now(),
            parts_.signed_targets};
}

Expected<Ended> Session::exchange(const std::string& collective,
                                  const std::string& agent,
                                  const Compose& compose,
                                  Waiter& waiter,
                                  std::string id) {
    if (id.empty()) {
        MCO_TRY(fresh, message::fresh_request_id());
        id = std::move(fresh);
    }
    const transport::ReplyQueue queue{collective, agent, ++sequence_};
    const auto origin = this->origin(id, parts_.connector.reply_address(queue));
    parts_.connector.subscribe(queue);
    awaited_ = id;
    complete_ = false;
    waiter_ = &waiter;
    waiter.on_sent(now());
    Expected<Ended> ended = Ended::complete;
    if (auto sent = send(compose(origin), origin.reply_to); !sent)
        ended = tl::unexpected(sent.error());
    else
        ended = wait(waiter);
    waiter_ = nullptr;
    parts_.connector.unsubscribe(queue);
    return ended;
}

Expected<Ended> Session::converse(const std::string& collective,
                                  const std::string& agent,
                                  Dialogue& dialogue) {
    const transport::ReplyQueue queue{collective, agent, ++sequence_};
    parts_.connector.subscribe(queue);
    awaited_ = message::AwaitedIds();
    complete_ = false;
    dialogue_ = &dialogue;
    auto ended = talk(dialogue, parts_.connector.reply_address(queue));
    dialogue_ = nullptr;
    parts_.connector.unsubscribe(queue);
    return ended;
}

Expected<Ended> Session::talk(Dialogue& dialogue, const std::string& reply_to) {
    const auto work = asio::make_work_guard(parts_.io);
    for (int told = 0;;) {
        if (interrupts_ > told && ++told == 1)
            dialogue.on_interrupt(now());
        if (told > 1)
            return Ended::interrupted;
        if (failed_)
            return fail(Errc::unavailable, "The connection to the broker is gone: " + failure_);
        for (const auto& question : dialogue.next(now()))
            MCO_CHECK(ask(question, reply_to));
        if (dialogue.finished())
            return told > 0 ? Ended::interrupted : Ended::complete;
        parts_.io.restart();
        parts_.io.run_one_until(dialogue.wake_at());
        drain();
    }
}

/// While there is no connection a bounded number of messages is kept: others are dropped here.
Expected<void> Session::ask(const Question& question, const std::string& reply_to) {
    MCO_TRY(id, message::fresh_request_id());
    const auto from = origin(id, reply_to);
    awaited_.add(std::move(id), question.mark);
    auto sent = send(compose(question.request, question.route, question.nodes, from), reply_to);
    if (!sent && sent.error().code != Errc::limit)
        return sent;
    return {};
}

Expected<void> Session::send(const std::vector<Shipment>& shipments, const std::string& reply_to) {
    for (const auto& [claims, targets, keep] : shipments) {
        MCO_TRY(body, parts_.provider.seal_request(claims));
        for (const auto& target : targets)
            MCO_CHECK(
                parts_.connector.publish({target, reply_to, body, keep.value_or(claims.ttl)}));
    }
    return {};
}

Expected<std::string> Session::send_only(const std::string& collective,
                                         const std::string& agent,
                                         const Compose& compose,
                                         const std::string& reply_to) {
    MCO_TRY(id, message::fresh_request_id());
    // A request always names an address, even if nobody listens there.
    const transport::ReplyQueue queue{collective, agent, ++sequence_};
    const auto from =
        origin(id, reply_to.empty() ? parts_.connector.reply_address(queue) : reply_to);
    MCO_CHECK(send(compose(from), from.reply_to));
    return id;
}

bool Session::pause(std::chrono::milliseconds time) {
    const auto work = asio::make_work_guard(parts_.io);
    const auto end = std::chrono::steady_clock::now() + time;
    while (!interrupted() && !failed_) {
        parts_.io.restart();
        if (parts_.io.run_one_until(end) == 0)
            return true;
    }
    return false;
}

Expected<Ended> Session::wait(Waiter& waiter) {
    const auto work = asio::make_work_guard(parts_.io);
    while (!complete_) {
        if (interrupted())
            return Ended::interrupted;
        if (failed_)
            return fail(Errc::unavailable, "The connection to the broker is gone: " + failure_);
        parts_.io.restart();
        if (parts_.io.run_one_until(waiter.wake_at()) > 0)
            continue;
        drain();
        if (!complete_ && waiter.on_tick(now()))
            return Ended::timed_out;
    }
    return Ended::complete;
}

/// Hands in what has arrived but was not looked at, so that a busy machine does not make answers
/// late.
void Session::drain() {
    constexpr int most = 1000;
    for (int i = 0; i < most && !complete_; ++i)
        if (parts_.io.poll_one() == 0)
            return;
}

void Session::interrupt() {
    ++interrupts_;
}

void Session::catch_interrupts() {
    signals_ = std::make_unique<Signals>(parts_.io);
    await_signal();
}

void Session::await_signal() {
    signals_->set.async_wait([this](SystemError error, int) {
        if (error)
            return;
        interrupt();
        await_signal();
    });
}

void Session::close() {
    if (!std::exchange(started_, false))
        return;
    const auto left =
        std::make_shared<bool>(false);  // the connector's callback may outlive this call
    parts_.connector.stop(farewell, [left] { *left = true; });
    const auto deadline = std::chrono::steady_clock::now() + farewell;
    const auto work = asio::make_work_guard(parts_.io);
    while (!*left) {
        parts_.io.restart();
        if (parts_.io.run_one_until(deadline) == 0)
            break;
    }
    if (signals_)
        signals_->set.cancel();
}

}  // namespace mco::client
