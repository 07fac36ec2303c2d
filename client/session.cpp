#include "client/session.hpp"

#include "client/waiter_dialogue.hpp"
#include "system/asio.hpp"

#include <csignal>
#include <utility>

namespace mco::client {

namespace {

constexpr std::chrono::milliseconds farewell(500);

}  // namespace

struct Session::Signals {
    explicit Signals(asio::io_context& io) : set(io, SIGINT) {}

    asio::signal_set set;
};

Session::Session(SwitchboardParts parts) : parts_(std::move(parts)), switchboard_(parts_) {}

Session::~Session() = default;

/// False: the deadline came first.
bool Session::run_until(const std::function<bool()>& done, Monotonic deadline) {
    const auto work = asio::make_work_guard(parts_.io);
    while (!done()) {
        parts_.io.restart();
        if (parts_.io.run_one_until(deadline) == 0)
            return false;
    }
    return true;
}

Expected<void> Session::connect(std::chrono::milliseconds bound) {
    switchboard_.open({[this](const std::string&) { connected_ = true; },
                       [this](const Error& why) { last_error_ = why.message; },
                       {}});
    started_ = true;
    run_until([this] { return connected_ || switchboard_.gone() || interrupted(); },
              std::chrono::steady_clock::now() + bound);
    if (connected_)
        return {};
    if (interrupted())
        return fail(Errc::timed_out, "");
    return switchboard_.gone() ? fail(Errc::unavailable, *switchboard_.gone())
                               : fail(Errc::timed_out, last_error_);
}

Expected<Ended> Session::exchange(const std::string& collective,
                                  const std::string& agent,
                                  Question question,
                                  Waiter& waiter) {
    WaiterDialogue dialogue(std::move(question), waiter);
    MCO_TRY(ended, converse(collective, agent, dialogue));
    return dialogue.timed_out() ? Ended::timed_out : ended;
}

Expected<Ended> Session::converse(const std::string& collective,
                                  const std::string& agent,
                                  Dialogue& dialogue) {
    std::optional<Expected<Ended>> result;
    const auto ticket = switchboard_.start(
        collective, agent, dialogue, [&](Expected<Ended> ended) { result = std::move(ended); });
    current_ = ticket;
    for (int i = 0; i < interrupts_; ++i)
        switchboard_.interrupt(ticket);
    run_until([&] { return result.has_value(); });
    current_.reset();
    return *std::move(result);
}

Expected<std::string> Session::send_only(const Question& question, const std::string& reply_to) {
    return switchboard_.send_only(question, reply_to);
}

bool Session::pause(std::chrono::milliseconds time) {
    return !run_until([this] { return interrupted() || switchboard_.gone(); },
                      std::chrono::steady_clock::now() + time);
}

void Session::interrupt() {
    ++interrupts_;
    if (current_)
        switchboard_.interrupt(*current_);
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
    switchboard_.close(farewell, [left] { *left = true; });
    run_until([&] { return *left; }, std::chrono::steady_clock::now() + farewell);
    if (signals_)
        signals_->set.cancel();
}

}  // namespace mco::client
