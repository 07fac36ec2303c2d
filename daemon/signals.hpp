// What the daemon does on signals (protocol §12.1), and what it tells systemd.
#pragma once

#include "daemon/daemon.hpp"
#include "system/asio.hpp"

#include <chrono>
#include <functional>

namespace mco::daemon {

/// TERM, INT: finish what runs and stop, at the second one at once. HUP: read again what can be.
/// USR1: write the counters to log and status file, and the same. USR2: the next log level. WINCH:
/// reopen the logs. I/O thread.
class Signals {
  public:
    /// Everything outlives it. `reread_level` gives the configured log level as of now,
    /// `write_status` renews the status file.
    struct Parts {
        asio::io_context& io;
        Daemon& daemon;
        system::Log& log;
        std::function<Expected<system::Level>()> reread_level;
        std::function<void()> write_status;
    };

    explicit Signals(const Parts& parts);

    void wait();
    /// Drains the daemon and ends the event loop; what a TERM does.
    void stop();

  private:
    void on_signal(int number);
    void cycle_level();
    void reload();
    void feed_watchdog(std::chrono::microseconds interval);

    const Parts parts_;
    asio::signal_set signals_;
    asio::steady_timer watchdog_;
    bool stopping_ = false;
};

}  // namespace mco::daemon
