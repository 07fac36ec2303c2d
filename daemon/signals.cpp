#include "daemon/signals.hpp"

#include "system/log_text.hpp"
#include "system/notify.hpp"

#include <csignal>
#include <string_view>

namespace mco::daemon {

Signals::Signals(const Parts& parts)
    : parts_(parts), signals_(parts.io, SIGTERM, SIGINT, SIGHUP), watchdog_(parts.io) {
    for (const int number : {SIGUSR1, SIGUSR2, SIGWINCH})
        signals_.add(number);
    std::signal(SIGPIPE, SIG_IGN);  // a child that does not read its input is an error of write()
    std::signal(SIGXFSZ, SIG_IGN);  // as is a file that may not grow any more
    if (const auto interval = system::watchdog_interval())
        feed_watchdog(*interval);
}

void Signals::wait() {
    signals_.async_wait([this](SystemError error, int number) {
        if (error)
            return;
        on_signal(number);
        wait();
    });
}

void Signals::on_signal(int number) {
    switch (number) {
        case SIGHUP:
            return reload();
        case SIGUSR1:
            parts_.daemon.log_counters();
            parts_.write_status();
            return parts_.daemon.reload();
        case SIGUSR2:
            parts_.log.set_threshold(system::next(parts_.log.threshold()));
            return parts_.log.fatal("The log level is now {}",
                                    system::name(parts_.log.threshold()));
        case SIGWINCH:
            parts_.log.reopen();
            parts_.daemon.reopen_audit();
            return parts_.log.info("The logs were opened again");
        default:
            return stop();
    }
}

/// Said at the new level, so that it is seen whichever that is.
void Signals::cycle_level() {
    const system::Level level = system::next(parts_.log.threshold());
    parts_.log.set_threshold(level);
    constexpr auto sentence = "The log level is now {}";
    switch (level) {
        case system::Level::debug:
            return parts_.log.debug(sentence, system::name(level));
        case system::Level::info:
            return parts_.log.info(sentence, system::name(level));
        case system::Level::warn:
            return parts_.log.warn(sentence, system::name(level));
        case system::Level::error:
            return parts_.log.error(sentence, system::name(level));
        case system::Level::fatal:
            return parts_.log.fatal(sentence, system::name(level));
    }
}

void Signals::reload() {
    system::notify_reloading();
    if (const auto level = parts_.reread_level(); level)
        parts_.log.set_threshold(*level);
    else
        parts_.log.error("The configuration cannot be read again: {}", level.error().message);
    parts_.log.reopen();
    parts_.daemon.reopen_audit();
    parts_.log.info("Reading facts, classes and credentials again; other settings need a restart");
    parts_.daemon.reload();
    system::notify_ready();
}

void Signals::stop() {
    if (stopping_)
        return parts_.io.stop();
    stopping_ = true;
    system::notify_stopping();
    parts_.log.info("Stopping");
    parts_.daemon.drain([this] { parts_.io.stop(); });
}

void Signals::feed_watchdog(std::chrono::microseconds interval) {
    system::notify_watchdog();
    watchdog_.expires_after(interval);
    watchdog_.async_wait([this, interval](SystemError error) {
        if (!error)
            feed_watchdog(interval);
    });
}

}  // namespace mco::daemon
