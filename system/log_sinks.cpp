#include "system/log_sinks.hpp"

#include "system/colour.hpp"
#include "system/log_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

namespace mco::system {

namespace {

/// Logs may name callers and arguments: not for everybody's eyes.
constexpr mode_t log_mode = 0640;

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

int facility_of(std::string_view wanted) {
    struct Facility {
        std::string_view name;
        int code;
    };

    static constexpr std::array<Facility, 20> facilities = {
        {{"auth", LOG_AUTH},     {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON},
         {"daemon", LOG_DAEMON}, {"ftp", LOG_FTP},           {"kern", LOG_KERN},
         {"lpr", LOG_LPR},       {"mail", LOG_MAIL},         {"news", LOG_NEWS},
         {"syslog", LOG_SYSLOG}, {"user", LOG_USER},         {"uucp", LOG_UUCP},
         {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},     {"local2", LOG_LOCAL2},
         {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},     {"local5", LOG_LOCAL5},
         {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}}};
    std::string lowered(wanted);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    const auto found =
        std::find_if(facilities.begin(), facilities.end(), [&lowered](const Facility& facility) {
            return facility.name == lowered;
        });
    return found == facilities.end() ? LOG_USER : found->code;
}

int priority_of(Level level) {
    constexpr std::array<int, 5> priorities = {LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR, LOG_CRIT};
    return priorities[static_cast<std::size_t>(level)];
}

}  // namespace

FileSink::FileSink(std::string path, int keep, std::size_t max_size, const Clock& clock)
    : path_(std::move(path)), keep_(keep), max_size_(max_size), clock_(clock) {}

FileSink::~FileSink() {
    close();
}

void FileSink::write(Level level, std::string_view message) {
    if (descriptor_ < 0 && !open())
        return;
    if (keep_ > 0 && size_ > max_size_) {
        rotate();
        if (!open())
            return;
    }
    if (lost_ > 0) {
        const auto missing =
            fmt::format("{} log lines before this one could not be written", lost_);
        if (!append(file_line(Level::warn, missing, clock_.now(), ::getpid())))
            return;
        lost_ = 0;
    }
    append(file_line(level, message, clock_.now(), ::getpid()));
}

void FileSink::reopen() {
    close();
}

bool FileSink::open() {
    close();
    descriptor_ =
        ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, log_mode);

    struct stat status {};

    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
        complain("open", errno);
        return false;
    }
    size_ = static_cast<std::size_t>(status.st_size);
    const bool fresh = S_ISREG(status.st_mode) && size_ == 0;
    return !fresh || append(file_header(clock_.now()));
}

bool FileSink::append(std::string line) {
    line += '\n';
    if (!write_all(descriptor_, line)) {
        complain("write to", errno);
        return false;
    }
    size_ += line.size();
    return true;
}

/// log.N-3 → log.N-2 … log → log.0. A rename that fails leaves a longer log, which is no reason to
/// stop.
void FileSink::rotate() {
    close();
    for (int i = keep_ - 3; i >= 0; --i)
        ::rename((path_ + '.' + std::to_string(i)).c_str(),
                 (path_ + '.' + std::to_string(i + 1)).c_str());
    ::rename(path_.c_str(), (path_ + ".0").c_str());
}

void FileSink::close() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
    descriptor_ = -1;
}

/// A full disk must not stop a node, nor fill another log with complaints: the first lost line is
/// worth one sentence.
void FileSink::complain(const char* what, int error) {
    if (lost_++ == 0)
        std::fprintf(stderr,
                     "cannot %s the log file %s: %s; will keep trying\n",
                     what,
                     path_.c_str(),
                     std::strerror(error));
    close();
}

SyslogSink::SyslogSink(std::string program, std::string_view facility)
    : program_(std::move(program)) {
    ::openlog(program_.c_str(), LOG_PID | LOG_CONS, facility_of(facility));
}

SyslogSink::~SyslogSink() {
    ::closelog();
}

void SyslogSink::write(Level level, std::string_view message) {
    ::syslog(priority_of(level), "%.*s", static_cast<int>(message.size()), message.data());
}

ConsoleSink::ConsoleSink(std::FILE* stream, bool colour, const Clock& clock)
    : stream_(stream), colour_(colour), clock_(clock) {}

void ConsoleSink::write(Level level, std::string_view message) {
    const auto line = console_line(level, message, clock_.now(), colour_) + '\n';
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
}

Expected<std::unique_ptr<LogSink>> make_sink(const config::Config& config,
                                             const Clock& clock,
                                             std::string program) {
    if (config.logger_type == "syslog")
        return std::make_unique<SyslogSink>(std::move(program), config.logfacility);
    if (config.logger_type == "file" && !config.logfile.empty())
        return std::make_unique<FileSink>(
            config.logfile, config.keeplogs, config.max_log_size, clock);
    if (config.logger_type == "file" || config.logger_type == "console")
        return std::make_unique<ConsoleSink>(
            stderr,
            wants_colour(config.color,
                         STDERR_FILENO,
                         {std::getenv("NO_COLOR"), std::getenv("CLICOLOR_FORCE")}),
            clock);
    return fail(
        Errc::invalid,
        "logger_type must be file, syslog or console, not '" + escaped(config.logger_type) + "'");
}

Expected<Level> log_level(const config::Config& config) {
    if (const auto level = parse_level(config.loglevel))
        return *level;
    return fail(Errc::invalid,
                "loglevel must be debug, info, warn, error or fatal, not '" +
                    escaped(config.loglevel) + "'");
}

}  // namespace mco::system
