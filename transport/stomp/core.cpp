#include "transport/stomp/core.hpp"

#include <algorithm>

namespace mco::stomp {

namespace {

constexpr std::size_t small_buffer = 2u << 10;  // thousands of idle connectors share one process
constexpr std::size_t large_buffer = 64u << 10;

}  // namespace

Core::Core(asio::io_context& io,
           Options options,
           const system::Clock& clock,
           system::Log& log,
           std::uint32_t seed)
    : io_(io),
      options_(std::move(options)),
      clock_(clock),
      log_(log),
      random_(seed),
      session_(options_.session),
      backoff_(options_.backoff),
      retry_(io),
      login_(io),
      tick_(io),
      grace_(io) {}

void Core::start(transport::Events events) {
    if (running_ || over_)
        return;
    events_ = std::move(events);
    running_ = true;
    asio::co_spawn(io_, keep(shared_from_this()), asio::detached);
}

void Core::subscribe(const transport::Channel& channel) {
    perform(session_.subscribe(channel));
}

void Core::unsubscribe(const transport::Channel& channel) {
    perform(session_.unsubscribe(channel));
}

Expected<void> Core::publish(transport::Publication publication) {
    if (stopping_ || over_)
        return fail(Errc::unavailable, "the connector is being stopped");
    if (line_ && line_->unsent() + publication.body.size() > options_.unsent_bytes)
        return fail(Errc::limit, "the broker takes our messages too slowly");
    MCO_TRY(actions, session_.publish(std::move(publication), clock_.now(), clock_.monotonic()));
    perform(std::move(actions));
    return {};
}

void Core::stop(std::chrono::milliseconds grace, std::function<void()> done) {
    if (stopping_)
        return;
    stopping_ = true;
    stopped_ = std::move(done);
    if (!running_ || over_ || !(session_.logged_in() || session_.has_waiting()))
        return finish();
    grace_.expires_after(grace);
    grace_.async_wait([weak = weak_from_this()](const SystemError& error) {
        const auto core = weak.lock();
        if (!error && core)
            core->finish();
    });
    if (session_.logged_in())
        say_good_bye();
}

std::string Core::reply_address(const transport::ReplyQueue& queue) const {
    return stomp::reply_address(options_.session.naming, queue);
}

void Core::abandon() {
    stopped_ = nullptr;
    over_ = true;
    grace_.cancel();
    hang_up({Errc::unavailable, "stopped"});
}

asio::awaitable<void> Core::keep(std::shared_ptr<Core> core) {
    co_await core->run();
}

asio::awaitable<void> Core::run() {
    while (wanted()) {
        const Error why = co_await serve(choose());
        if (!wanted())
            break;
        on_attempt_ended(why);
        if (exhausted() || !wanted())
            break;
        co_await pause();
    }
    finish();
}

/// Whether another connection is to be made: when stopping, only for messages that still wait for
/// one.
bool Core::wanted() const {
    return !over_ && (!stopping_ || session_.has_waiting());
}

bool Core::exhausted() const {
    return options_.max_attempts > 0 && attempts_ >= options_.max_attempts;
}

/// One connection from beginning to end; returns why it ended.
asio::awaitable<Error> Core::serve(const Server& server) {
    ++attempts_;
    ended_by_us_.reset();
    server_ = &server;
    auto link = make_link(io_, server, log_);
    if (!link)
        co_return link.error();
    const auto line = std::make_shared<Line>(io_, *std::move(link));
    line_ = line;
    expect_login_within(options_.connect_timeout);
    const Expected<void> opened = co_await line->open();
    Error why = opened ? Error() : opened.error();
    if (opened && !ended_by_us_) {
        perform(session_.on_open(server.user, server.password, clock_.monotonic()));
        why = co_await read();
    }
    close_line();
    co_return ended_by_us_.value_or(why);
}

void Core::close_line() {
    login_.cancel();
    tick_.cancel();
    line_->close();
    line_.reset();
    session_.on_closed();
    const bool logged_in = attempts_ == 0;
    // What was refused will be refused again. Once abandoned, the clock may be gone.
    const bool refused = ended_by_us_ && ended_by_us_->code == Errc::denied;
    if (logged_in && !refused && !over_)
        backoff_.on_connection_ended(std::chrono::duration_cast<std::chrono::milliseconds>(
            clock_.monotonic() - logged_in_at_));
}

asio::awaitable<Error> Core::read() {
    const auto line = line_;
    buffer_.resize(small_buffer);
    while (true) {
        const Expected<std::size_t> size = co_await line->read(asio::buffer(buffer_));
        if (!size)
            co_return size.error();
        if (ended_by_us_)
            co_return *ended_by_us_;
        perform(session_.on_bytes(std::string_view(buffer_.data(), *size), clock_.monotonic()));
        fit_buffer(*size);
    }
}

asio::awaitable<void> Core::pause() {
    SystemError ignored;
    retry_.expires_after(backoff_.next(chance()));
    co_await retry_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

/// The pool is a ring (protocol §2.3).
const Server& Core::choose() {
    const std::size_t size = options_.pool.size();
    if (options_.randomize)
        return options_.pool[std::uniform_int_distribution<std::size_t>(0, size - 1)(random_)];
    return options_.pool[next_server_++ % size];
}

double Core::chance() {
    return std::uniform_real_distribution<double>()(random_);
}

void Core::perform(Actions actions) {
    // a callback may destroy the connector, so `over_` is looked at each time
    for (auto& action : actions) {
        if (over_)
            return;
        std::visit([this](auto& one) { perform_one(one); }, action);
    }
}

void Core::perform_one(Write& write) {
    if (line_)
        line_->send(write.bytes);
}

void Core::perform_one(LoggedIn&) {
    login_.cancel();
    attempts_ = 0;
    logged_in_at_ = clock_.monotonic();
    log_.info("connected to {} ({})", server_->address(), name(options_.session.naming.flavour));
    plan_tick();
    if (stopping_)
        say_good_bye();
    else if (events_.connected)
        events_.connected(server_->address());
}

void Core::perform_one(Deliver& deliver) {
    if (!stopping_ && events_.delivered)
        events_.delivered(std::move(deliver.delivery));
}

/// A broker that floods us shall not flood the log.
void Core::perform_one(Warn& warning) {
    if (!warnings_.allows(clock_.monotonic()))
        return;
    const auto more = warnings_.take_suppressed();
    log_.warn("{}: {}{}",
              server_ == nullptr ? "broker" : server_->address(),
              warning.text,
              more == 0 ? "" : fmt::format(" ({} more warnings before)", more));
}

void Core::perform_one(Close& close) {
    hang_up(std::move(close.why));
}

/// Grows for a broker that has much to say, and shrinks when it has not.
void Core::fit_buffer(std::size_t received) {
    if (received == buffer_.size() && received < large_buffer) {
        buffer_.resize(received * 2);
    } else if (received < small_buffer && buffer_.size() > small_buffer) {
        buffer_.resize(small_buffer);
        buffer_.shrink_to_fit();
    }
}

void Core::expect_login_within(std::chrono::milliseconds timeout) {
    login_.expires_after(timeout);
    login_.async_wait([weak = weak_from_this(), line = line_](const SystemError& error) {
        const auto core = weak.lock();
        if (!error && core && core->line_ == line && !core->session_.logged_in())
            core->hang_up(
                {Errc::timed_out,
                 "no login at " + core->server_->address() + " within the " + "connect_timeout"});
    });
}

void Core::plan_tick() {
    const auto next = session_.next_tick();
    if (!next)
        return;
    tick_.expires_after(std::max(*next - clock_.monotonic(), Monotonic::duration::zero()));
    tick_.async_wait([weak = weak_from_this(), line = line_](const SystemError& error) {
        const auto core = weak.lock();
        if (error || !core || core->over_ || core->line_ != line)
            return;
        core->perform(core->session_.on_tick(core->clock_.monotonic()));
        core->plan_tick();
    });
}

/// Ends the connection or the pause; the coroutine notices.
void Core::hang_up(Error why) {
    if (!ended_by_us_)
        ended_by_us_ = std::move(why);
    retry_.cancel();
    login_.cancel();
    tick_.cancel();
    if (line_)
        line_->close();
}

void Core::on_attempt_ended(const Error& why) {
    if (exhausted()) {
        log_.error("giving up after {} attempts to connect: {}", attempts_, why.message);
        if (!stopping_ && events_.failed)
            events_.failed(why);
        return;
    }
    log_.warn("no connection to {}: {}", server_ ? server_->address() : "a broker", why.message);
    if (!stopping_ && events_.disconnected)
        events_.disconnected(why);
}

void Core::say_good_bye() {
    perform(session_.disconnect());
    if (line_)
        line_->finish();
}

/// The end, whether asked for, forced by the grace period, or for want of attempts.
void Core::finish() {
    over_ = true;
    grace_.cancel();
    hang_up({Errc::unavailable, "stopped"});
    asio::post(io_, [core = shared_from_this()] {
        if (const auto stopped = std::exchange(core->stopped_, nullptr))
            stopped();
    });
}

}  // namespace mco::stomp
