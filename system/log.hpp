// The log façade: a level and one sentence. Sinks (file with rotation, syslog, console; protocol
// §12.12) are handed in.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace mco::system {

enum class Level { debug, info, warn, error, fatal };

/// Where log lines go. write() is called under the Log's lock, one line at a time, without a line
/// end.
class LogSink {
  public:
    LogSink() = default;
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;
    virtual ~LogSink() = default;
    virtual void write(Level level, std::string_view message) = 0;

    virtual void reopen() {}  ///< after an external log rotation
};

/// Any thread. Control characters in messages are escaped, so that nobody can forge a line
/// (protocol §13.1 row 13).
class Log {
  public:
    Log(std::unique_ptr<LogSink> sink, Level threshold);

    template <class... Args>
    void debug(fmt::format_string<Args...> format, Args&&... args) {
        log(Level::debug, format, std::forward<Args>(args)...);
    }

    template <class... Args>
    void info(fmt::format_string<Args...> format, Args&&... args) {
        log(Level::info, format, std::forward<Args>(args)...);
    }

    template <class... Args>
    void warn(fmt::format_string<Args...> format, Args&&... args) {
        log(Level::warn, format, std::forward<Args>(args)...);
    }

    template <class... Args>
    void error(fmt::format_string<Args...> format, Args&&... args) {
        log(Level::error, format, std::forward<Args>(args)...);
    }

    template <class... Args>
    void fatal(fmt::format_string<Args...> format, Args&&... args) {
        log(Level::fatal, format, std::forward<Args>(args)...);
    }

    bool enabled(Level level) const { return level >= threshold_.load(std::memory_order_relaxed); }

    Level threshold() const { return threshold_.load(std::memory_order_relaxed); }

    void set_threshold(Level level) { threshold_.store(level, std::memory_order_relaxed); }

    void reopen();

  private:
    template <class... Args>
    void log(Level level, fmt::format_string<Args...> format, Args&&... args) {
        if (enabled(level))
            write(level, fmt::format(format, std::forward<Args>(args)...));
    }

    void write(Level level, std::string message);

    std::mutex mutex_;  // guards sink_
    std::unique_ptr<LogSink> sink_;
    std::atomic<Level> threshold_;
};

}  // namespace mco::system
