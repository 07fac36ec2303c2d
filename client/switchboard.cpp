#include "client/switchboard.hpp"

#include "core/message/request_id.hpp"
#include "system/asio.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace mco::client {

namespace {

/// Looks without anything heard in between: each lets the io_context do everything that is ready,
/// but a large answer comes in several pieces.
constexpr int enough_quiet = 16;
/// Whoever never stops answering must not stop the time.
constexpr int most_looks = 1000;
constexpr std::chrono::hours longest_sleep(1);

}  // namespace

struct Switchboard::Conversation {
    Ticket ticket;
    Dialogue* dialogue;
    OnEnd on_end;
    transport::ReplyQueue queue;
    std::string reply_to;
    std::deque<std::string> ids = {};  // of its requests, in the order of sending
    int interrupts = 0;
    int told = 0;  // of the interrupts
    bool cancelled = false;
    bool stirred = true;  // it is to be asked what comes next

    bool wants_to_stop() const { return cancelled || interrupts > told; }
};

struct Switchboard::Timer {
    explicit Timer(asio::io_context& io) : timer(io) {}

    asio::steady_timer timer;
    std::optional<Monotonic> due;  // while it runs
};

Switchboard::Switchboard(SwitchboardParts parts, std::size_t most_awaited)
    : parts_(std::move(parts)),
      most_awaited_(most_awaited),
      timer_(std::make_unique<Timer>(parts_.io)),
      awaited_(std::numeric_limits<std::size_t>::max()),
      crew_(parts_.provider) {}

Switchboard::~Switchboard() = default;

template <class Work>
auto Switchboard::while_alive(Work work) {
    return [alive = std::weak_ptr<bool>(alive_), work = std::move(work)](auto&&... arguments) {
        if (alive.lock())
            work(std::forward<decltype(arguments)>(arguments)...);
    };
}

void Switchboard::open(ConnectionWatcher watcher) {
    transport::Events events;
    events.delivered = while_alive([this](message::Delivery one) { deliver(std::move(one)); });
    events.connected = while_alive([told = std::move(watcher.connected)](const std::string& peer) {
        if (told)
            told(peer);
    });
    events.disconnected = while_alive([told = std::move(watcher.disconnected)](const Error& why) {
        if (told)
            told(why);
    });
    events.failed = while_alive([this, told = std::move(watcher.failed)](const Error& why) {
        give_up(why.message);
        if (told)
            told(why);
    });
    parts_.connector.start(std::move(events));
}

Switchboard::Ticket Switchboard::start(const std::string& collective,
                                       const std::string& agent,
                                       Dialogue& dialogue,
                                       OnEnd on_end) {
    const transport::ReplyQueue queue{collective, agent, ++sequence_};
    parts_.connector.subscribe(queue);
    const auto ticket = ++last_ticket_;
    const auto reply_to = parts_.connector.reply_address(queue);
    conversations_.emplace(ticket,
                           Conversation{ticket, &dialogue, std::move(on_end), queue, reply_to});
    look_soon();
    return ticket;
}

void Switchboard::interrupt(Ticket ticket) {
    if (auto* conversation = find(ticket)) {
        ++conversation->interrupts;
        look_soon();
    }
}

void Switchboard::cancel(Ticket ticket) {
    if (auto* conversation = find(ticket)) {
        conversation->cancelled = true;
        look_soon();
    }
}

Expected<std::string> Switchboard::send_only(const Question& question,
                                             const std::string& reply_to) {
    MCO_TRY(id, message::fresh_request_id());
    // A request always names an address, even if nobody listens there.
    const transport::ReplyQueue queue{
        question.request.collective, question.request.agent, ++sequence_};
    MCO_CHECK(send(
        question, origin(id, reply_to.empty() ? parts_.connector.reply_address(queue) : reply_to)));
    return id;
}

void Switchboard::post(std::function<void(Switchboard&)> work) {
    asio::post(parts_.io, while_alive([this, work = std::move(work)] { work(*this); }));
}

void Switchboard::close(std::chrono::milliseconds grace, std::function<void()> done) {
    give_up("it was closed");
    parts_.connector.stop(grace, std::move(done));
}

void Switchboard::give_up(const std::string& why) {
    if (!gone_)
        gone_ = why;
    look_soon();
}

/// Where replies come in. What one read brings is proven together, when all of it is here; then
/// each is routed.
void Switchboard::deliver(message::Delivery delivery) {
    if (conversations_.empty())
        return;  // late for one that has ended
    heard_something_ = true;
    if (arrived_.empty())
        asio::post(parts_.io, while_alive([this] { prove_arrivals(); }));
    arrived_.push_back(std::move(delivery));
    arrival_times_.push_back(parts_.clock.monotonic());
}

void Switchboard::prove_arrivals() {
    heard_something_ = true;
    const auto deliveries = std::exchange(arrived_, {});
    const auto times = std::exchange(arrival_times_, {});
    const auto proofs = crew_.prove(deliveries, awaited_, parts_.clock.now());
    for (std::size_t i = 0; i < deliveries.size(); ++i)
        route(deliveries[i].sender, proofs[i], times[i]);
}

/// `sender` claims to have sent it.
void Switchboard::route(const std::string& sender, const ProvingCrew::Proof& proof, Monotonic at) {
    if (conversations_.empty())
        return;  // what came with it has ended the last one
    if (!proof) {
        // Else it is late for an earlier request.
        if (proof.error().gate != message::Gate::not_for_us)
            drop(proof.error().sender.empty() ? sender : proof.error().sender, proof.error());
    } else if (const auto* awaiting = awaited_.find(proof->id)) {
        hand_in(*awaiting, *proof, at);
    }
}

void Switchboard::hand_in(const message::Awaiting& awaiting,
                          const message::Reply& reply,
                          Monotonic at) {
    const auto [mark, ticket] = awaiting;  // a copy: its place may go meanwhile
    auto* conversation = find(ticket);
    if (conversation != nullptr && conversation->wants_to_stop()) {
        advance(*conversation);
        conversation = find(ticket);
    }
    if (conversation == nullptr)
        return;
    conversation->dialogue->on_reply(mark, reply, at);
    conversation->stirred = true;
    look_soon();
    if (conversation->dialogue->finished())
        advance(*conversation);
}

/// For the conversation that its id names, or for the only one; else it may be for any of them.
void Switchboard::drop(const std::string& sender, const message::Rejection& why) {
    const auto* awaiting = awaited_.find(why.id);
    const bool certain = awaiting != nullptr || conversations_.size() == 1;
    const auto dropped = unprovable(sender, why.reason, certain);
    unproven_.add(dropped);
    for (auto& [ticket, conversation] : conversations_)
        if (awaiting == nullptr || awaiting->owner == ticket)
            conversation.dialogue->on_unproven(dropped, parts_.clock.monotonic());
}

Origin Switchboard::origin(std::string id, std::string reply_to) const {
    return {parts_.identity,
            parts_.provider.caller_id(),
            std::move(id),
            std::move(reply_to),
            parts_.clock.now(),
            parts_.signed_targets};
}

/// While there is no connection a bounded number of messages is kept: others are dropped here.
Expected<void> Switchboard::ask(Conversation& conversation, const Question& question) {
    auto id = question.id;
    if (id.empty()) {
        MCO_TRY(fresh, message::fresh_request_id());
        id = std::move(fresh);
    }
    await(conversation, id, question.mark);
    auto sent = send(question, origin(std::move(id), conversation.reply_to));
    if (!sent && (question.must_go || sent.error().code != Errc::limit))
        return sent;
    return {};
}

Expected<void> Switchboard::send(const Question& question, const Origin& origin) {
    for (const auto& [claims, targets, keep] : compose(question, origin)) {
        MCO_TRY(body, parts_.provider.seal_request(claims));
        for (const auto& target : targets)
            MCO_CHECK(parts_.connector.publish(
                {target, origin.reply_to, body, keep.value_or(claims.ttl)}));
    }
    return {};
}

void Switchboard::await(Conversation& conversation, const std::string& id, std::uint64_t mark) {
    if (!awaited_.add(id, {mark, conversation.ticket}))
        return;
    conversation.ids.push_back(id);
    if (conversation.ids.size() > most_awaited_) {
        awaited_.remove(conversation.ids.front());
        conversation.ids.pop_front();
    }
}

Switchboard::Conversation* Switchboard::find(Ticket ticket) {
    const auto found = conversations_.find(ticket);
    return found == conversations_.end() ? nullptr : &found->second;
}

void Switchboard::look_soon() {
    if (!std::exchange(look_is_due_, true))
        asio::post(parts_.io, while_alive([this] { look(); }));
}

/// Lets everybody go on who can, and waits for the next time.
void Switchboard::look() {
    look_is_due_ = false;
    quiet_looks_ = std::exchange(heard_something_, false) ? 0 : quiet_looks_ + 1;
    const bool time_counts = quiet_looks_ >= enough_quiet || ++looks_ >= most_looks;
    std::vector<Ticket> tickets;
    for (const auto& [ticket, conversation] : conversations_)
        tickets.push_back(ticket);
    bool somebody_waits = false;
    for (const auto ticket : tickets)
        somebody_waits = look_at(ticket, time_counts) || somebody_waits;
    if (somebody_waits)
        return look_soon();
    looks_ = 0;
    quiet_looks_ = 0;
    arm();
}

/// Whether time is over for it, but does not count yet.
bool Switchboard::look_at(Ticket ticket, bool time_counts) {
    auto* conversation = find(ticket);
    if (conversation == nullptr)
        return false;
    const bool late = conversation->dialogue->wake_at() <= parts_.clock.monotonic();
    if (conversation->wants_to_stop() || gone_ || (late ? time_counts : conversation->stirred))
        advance(*conversation);
    else
        return late;
    return false;
}

void Switchboard::advance(Conversation& conversation) {
    if (conversation.cancelled)
        return end(conversation, Ended::interrupted);
    const auto now = parts_.clock.monotonic();
    auto& dialogue = *conversation.dialogue;
    if (conversation.interrupts > conversation.told && ++conversation.told == 1)
        dialogue.on_interrupt(now);
    if (conversation.told > 1)
        return end(conversation, Ended::interrupted);
    if (gone_)
        return end(conversation,
                   fail(Errc::unavailable, "The connection to the broker is gone: " + *gone_));
    conversation.stirred = false;
    for (const auto& question : dialogue.next(now))
        if (auto asked = ask(conversation, question); !asked)
            return end(conversation, tl::unexpected(asked.error()));
    if (dialogue.finished())
        return end(conversation, conversation.told > 0 ? Ended::interrupted : Ended::complete);
    if (conversation.wants_to_stop())
        look_soon();
}

void Switchboard::end(const Conversation& conversation, Expected<Ended> ended) {
    const auto taken = conversations_.extract(conversation.ticket);
    for (const auto& id : conversation.ids)
        awaited_.remove(id);
    parts_.connector.unsubscribe(conversation.queue);
    conversation.on_end(std::move(ended));
}

/// For the earliest that somebody waits for. A timer that ends too early does no harm.
void Switchboard::arm() {
    if (conversations_.empty()) {
        timer_->due.reset();
        timer_->timer.cancel();
        return;
    }
    const auto now = parts_.clock.monotonic();
    auto due = now + longest_sleep;
    for (const auto& [ticket, conversation] : conversations_)
        due = std::min<Monotonic>(due, conversation.dialogue->wake_at());
    due = std::max(due, now);
    if (timer_->due && *timer_->due <= due)
        return;
    timer_->due = due;
    timer_->timer.expires_at(due);
    timer_->timer.async_wait(while_alive([this](SystemError error) {
        if (error)
            return;
        timer_->due.reset();
        look_soon();
    }));
}

}  // namespace mco::client
