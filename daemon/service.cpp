#include "daemon/service.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <utility>

namespace mco::daemon {
namespace {

using message::Gate;

/// How loudly a rejection is logged: that a message is for others is everyday life.
system::Level level_of(Gate gate) {
    return gate == Gate::not_for_us || gate == Gate::unknown_agent ? system::Level::info
                                                                   : system::Level::warn;
}

std::string describe(const Task& task) {
    const message::Claims& claims = task.request.claims();
    return claims.agent + (task.call ? "#" + task.call->action : std::string());
}

}  // namespace

/// One request from acceptance to its reply.
struct Service::Job {
    Job(Task accepted, asio::io_context& io) : task(std::move(accepted)), deadline(io) {}

    const Task task;
    asio::steady_timer deadline;
    bool answered = false;  // I/O thread
    std::atomic<bool> abandoned =
        false;  // overdue: an action that has not begun must not be begun any more
};

Service::Service(const Parts& parts)
    : parts_(parts),
      judge_({parts.io, parts.node, parts.workers},
             [this](message::Triaged<Task> task) { on_triaged(std::move(task)); }),
      suppressed_timer_(parts.io),
      drain_timer_(parts.io),
      lifeline_(std::make_shared<Lifeline>()),
      alive_(std::make_shared<Service*>(this)) {}

Service::~Service() {
    lifeline_->close();
}

void Service::start(std::function<void(const Error& why)> failed) {
    failed_ = std::move(failed);
    const std::weak_ptr alive(alive_);  // the connector may outlive this service
    transport::Events events;
    events.delivered = [alive](const message::Delivery& delivery) {
        if (const auto there = alive.lock())
            (*there)->on_delivery(delivery);
    };
    events.connected = [alive](const std::string&) {
        if (const auto there = alive.lock())
            (*there)->on_connection(true);
    };
    events.disconnected = [alive](const Error&) {
        if (const auto there = alive.lock())
            (*there)->on_connection(false);
    };
    events.failed = [alive](const Error& why) {
        if (const auto there = alive.lock(); there && (*there)->failed_)
            (*there)->failed_(why);
    };
    subscribe();
    parts_.connector.start(std::move(events));
}

void Service::on_connection(bool made) {
    Counters& counted = parts_.node.counters();
    ++(made ? counted.connections : counted.connection_failures);
    connected_ = made;
}

/// In the original's order (protocol §2.6).
void Service::subscribe() {
    const auto& collectives = parts_.config.collectives;
    if (parts_.config.direct_addressing)
        for (const std::string& collective : collectives)
            parts_.connector.subscribe(transport::Directed{collective, parts_.node.identity()});
    for (const std::string& agent : parts_.node.inventory()->agents)
        for (const std::string& collective : collectives)
            parts_.connector.subscribe(transport::Broadcast{collective, agent});
}

void Service::on_delivery(const message::Delivery& delivery) {
    if (draining_)
        return;
    auto candidate = parts_.node.triage(delivery, parts_.clock.now());
    if (!candidate)
        return on_rejection(candidate.error());
    if (auto* undecided = std::get_if<Undecided>(&*candidate))
        return judge_.judge(std::move(*undecided));
    on_triaged(std::get<Task>(std::move(*candidate)));
}

void Service::on_triaged(message::Triaged<Task> task) {
    if (draining_)
        return;
    if (!task)
        return on_rejection(task.error());
    parts_.log.info("request {} from {} at {}: {}",
                    task->request->id,
                    task->request->caller,
                    task->request->sender,
                    describe(*task));
    perform(*std::move(task));
}

void Service::on_rejection(const message::Rejection& rejection) {
    const system::Level level = level_of(rejection.gate);
    if (!parts_.log.enabled(level))
        return;
    system::RateLimit& limit = log_limits_.at(static_cast<std::size_t>(rejection.gate));
    if (limit.allows(parts_.clock.monotonic()))
        say(level,
            fmt::format("dropped at {}: {} (request {} from {})",
                        message::name(rejection.gate),
                        rejection.reason,
                        rejection.id,
                        rejection.sender));
    else if (suppressed_timer_.expiry() <= asio::steady_timer::clock_type::now())
        log_suppressed();
}

void Service::say(system::Level level, const std::string& sentence) {
    if (level == system::Level::info)
        parts_.log.info("{}", sentence);
    else
        parts_.log.warn("{}", sentence);
}

template <class Handler>
auto Service::guarded(Handler handler) {
    return [alive = std::weak_ptr(alive_), handler = std::move(handler)](SystemError error) {
        if (!error && alive.lock())
            handler();
    };
}

/// Says some seconds later how many lines were left out.
void Service::log_suppressed() {
    suppressed_timer_.expires_after(std::chrono::seconds(5));
    suppressed_timer_.async_wait(guarded([this] {
        for (std::size_t gate = 0; gate < log_limits_.size(); ++gate)
            if (const auto count = log_limits_.at(gate).take_suppressed(); count > 0)
                say(level_of(static_cast<Gate>(gate)),
                    fmt::format("dropped at {}: {} more messages, not logged one by one",
                                message::name(static_cast<Gate>(gate)),
                                count));
    }));
}

void Service::perform(Task task) {
    const auto job =
        std::make_shared<Job>(std::move(task), parts_.io);  // shared with worker and deadline
    ++open_;
    const bool posted = parts_.workers.try_post([job, lifeline = lifeline_, service = this] {
        if (job->abandoned || !lifeline->enter())
            return;
        work(*service, job);
        lifeline->leave();
    });
    if (!posted) {
        ++parts_.node.counters().busy;
        parts_.log.warn("request {}: too many requests are waiting", job->task.request->id);
        return answer(*job, refusal(job->task, "The node is busy: too many requests are waiting"));
    }
    job->deadline.expires_after(job->task.timeout);
    job->deadline.async_wait(guarded([this, job] { on_deadline(*job); }));
}

void Service::prepare() {
    parts_.workers.try_post([lifeline = lifeline_, &node = parts_.node] {
        if (!lifeline->enter())
            return;
        node.prepare_agents();
        lifeline->leave();
    });
}

/// On a worker thread, while the service is held back from going.
void Service::work(Service& service, const std::shared_ptr<Job>& job) {
    const message::Reply reply = service.parts_.node.perform(job->task, job->abandoned);
    Sealed sealed;
    if (job->task.wants_reply())
        sealed = service.parts_.node.seal(reply, job->task);
    asio::post(service.parts_.io,
               [job, alive = std::weak_ptr(service.alive_), sealed = std::move(sealed)] {
                   if (const auto there = alive.lock())
                       (*there)->on_performed(*job, sealed);
               });
}

void Service::on_performed(Job& job, const Sealed& sealed) {
    if (job.answered)
        return parts_.log.warn(
            "request {}: the result of {} came too late", job.task.request->id, describe(job.task));
    answer(job, sealed);
}

void Service::on_deadline(Job& job) {
    if (job.answered)
        return;
    job.abandoned = true;
    ++parts_.node.counters().overdue;
    parts_.log.warn("request {}: {} is not done after {} seconds",
                    job.task.request->id,
                    describe(job.task),
                    job.task.timeout.count());
    const std::string why =
        "The action did not finish within " + std::to_string(job.task.timeout.count()) + " seconds";
    answer(job, refusal(job.task, why.c_str()));
    parts_.node.give_up(job.task);
}

Service::Sealed Service::refusal(const Task& task, const char* why) const {
    if (!task.wants_reply())
        return std::nullopt;
    return parts_.node.seal(parts_.node.refuse(task, why), task);
}

void Service::answer(Job& job, const Sealed& sealed) {
    job.answered = true;
    job.deadline.cancel();
    if (sealed && *sealed)
        publish(job.task, **sealed);
    else if (sealed)
        parts_.log.error("request {}: no reply: {}", job.task.request->id, sealed->error().message);
    if (--open_ == 0 && draining_)
        finish_draining();
}

void Service::publish(const Task& task, const std::string& body) {
    const auto sent = parts_.connector.publish(
        {transport::ReplyAddress{task.request->reply_to}, "", body, parts_.config.ttl});
    if (sent)
        ++parts_.node.counters().replies;
    else if (publish_limit_.allows(parts_.clock.monotonic()))
        parts_.log.warn(
            "request {}: the reply is lost: {}", task.request->id, sent.error().message);
}

void Service::drain(std::chrono::milliseconds grace, std::function<void()> done) {
    draining_ = true;
    drained_ = std::move(done);
    if (open_ == 0)
        return finish_draining();
    parts_.log.info("waiting for {} actions to finish", open_);
    drain_timer_.expires_after(grace);
    drain_timer_.async_wait(guarded([this] {
        parts_.log.warn("{} actions did not finish in time", open_);
        finish_draining();
    }));
}

void Service::finish_draining() {
    drain_timer_.cancel();
    if (auto done = std::exchange(drained_, nullptr))
        parts_.connector.stop(std::chrono::seconds(1), std::move(done));
}

Figures Service::figures() const {
    Figures figures = parts_.node.figures();
    figures.connected = connected_;
    figures.open_requests = open_;
    figures.waiting_filters = judge_.waiting();
    figures.workers = parts_.workers.load();
    return figures;
}

void Service::log_counters() const {
    parts_.log.info("counters: {}", to_text(parts_.node.figures()));
}

}  // namespace mco::daemon
