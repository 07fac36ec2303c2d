// Where log lines go: a file with rotation by size, syslog, the console (protocol §12.12), and
// memory for tests.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::system {

/// The file `path`, at most `keep` files of about `max_size` bytes: `log`, `log.0`, … (0: never
/// rotated). Opened at the first line. What cannot be written is counted and said once on standard
/// error; every later line tries again.
class FileSink final : public LogSink {
  public:
    FileSink(std::string path, int keep, std::size_t max_size, const Clock& clock);
    ~FileSink() override;
    void write(Level level, std::string_view message) override;
    void reopen() override;

  private:
    bool open();
    bool append(std::string line);
    void rotate();
    void close();
    void complain(const char* what, int error);

    std::string path_;
    int keep_;
    std::size_t max_size_;
    const Clock& clock_;
    int descriptor_ = -1;
    std::size_t size_ = 0;
    std::size_t lost_ = 0;  ///< lines since the last one that was written
};

/// The system log. There is one per process: the last constructed sink names program and facility.
class SyslogSink final : public LogSink {
  public:
    /// An unknown facility name means user.
    SyslogSink(std::string program, std::string_view facility);
    ~SyslogSink() override;
    void write(Level level, std::string_view message) override;

  private:
    std::string program_;  // syslog keeps a pointer to it
};

/// One line each on `stream`, which outlives the sink.
class ConsoleSink final : public LogSink {
  public:
    ConsoleSink(std::FILE* stream, bool colour, const Clock& clock);
    void write(Level level, std::string_view message) override;

  private:
    std::FILE* stream_;
    bool colour_;
    const Clock& clock_;
};

/// For tests: appends each line to `lines`, which outlives the sink and is read when nobody logs.
class MemorySink final : public LogSink {
  public:
    using Lines = std::vector<std::pair<Level, std::string>>;

    explicit MemorySink(Lines& lines) : lines_(lines) {}

    void write(Level level, std::string_view message) override {
        lines_.emplace_back(level, message);
    }

  private:
    Lines& lines_;
};

/// Drops everything.
class NullSink final : public LogSink {
  public:
    void write(Level, std::string_view) override {}
};

/// The sink that logger_type, logfile, keeplogs, max_log_size, logfacility and color ask for;
/// `program` is the name for syslog. A `file` logger without logfile goes to the console. The clock
/// outlives the sink. Errors: invalid.
Expected<std::unique_ptr<LogSink>> make_sink(const config::Config& config,
                                             const Clock& clock,
                                             std::string program);

/// The configured loglevel. Errors: invalid.
Expected<Level> log_level(const config::Config& config);

}  // namespace mco::system
