// The running part of StompConnector: one coroutine that connects, reads and retries, and performs
// what the session decides.
#pragma once

#include "system/asio.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "system/rate_limit.hpp"
#include "transport/connector.hpp"
#include "transport/stomp/backoff.hpp"
#include "transport/stomp/line.hpp"
#include "transport/stomp/options.hpp"
#include "transport/stomp/session.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mco::stomp {

/// I/O thread only. Members are called by StompConnector.
class Core : public std::enable_shared_from_this<Core> {
  public:
    Core(asio::io_context& io,
         Options options,
         const system::Clock& clock,
         system::Log& log,
         std::uint32_t seed);

    void start(transport::Events events);
    void subscribe(const transport::Channel& channel);
    void unsubscribe(const transport::Channel& channel);
    Expected<void> publish(transport::Publication publication);
    std::string reply_address(const transport::ReplyQueue& queue) const;
    void stop(std::chrono::milliseconds grace, std::function<void()> done);
    /// The connector is being destroyed: no callback from now on.
    void abandon();

  private:
    static asio::awaitable<void> keep(std::shared_ptr<Core> core);
    asio::awaitable<void> run();
    asio::awaitable<Error> serve(const Server& server);
    asio::awaitable<Error> read();
    void close_line();
    asio::awaitable<void> pause();
    const Server& choose();
    double chance();
    bool wanted() const;
    bool exhausted() const;
    void perform(Actions actions);
    void perform_one(Write& write);
    void perform_one(LoggedIn& logged_in);
    void perform_one(Deliver& deliver);
    void perform_one(Warn& warning);
    void perform_one(Close& close);
    void fit_buffer(std::size_t received);
    void expect_login_within(std::chrono::milliseconds timeout);
    void plan_tick();
    void hang_up(Error why);
    void on_attempt_ended(const Error& why);
    void say_good_bye();
    void finish();

    asio::io_context& io_;
    Options options_;
    const system::Clock& clock_;
    system::Log& log_;
    std::minstd_rand random_;
    transport::Events events_;
    Session session_;
    Backoff backoff_;
    std::shared_ptr<Line> line_;  // of the connection in use; second owner: see Line
    std::vector<char> buffer_;
    asio::steady_timer retry_;
    asio::steady_timer login_;
    asio::steady_timer tick_;
    asio::steady_timer grace_;
    std::size_t next_server_ = 0;
    const Server* server_ = nullptr;  // of the connection in use
    long attempts_ = 0;               // since the last login
    Monotonic logged_in_at_;
    std::optional<Error> ended_by_us_;  // why we closed the connection
    system::RateLimit warnings_;
    bool running_ = false;
    bool stopping_ = false;
    bool over_ = false;
    std::function<void()> stopped_;
};

}  // namespace mco::stomp
