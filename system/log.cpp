#include "system/log.hpp"

#include "system/log_text.hpp"

namespace mco::system {

Log::Log(std::unique_ptr<LogSink> sink, Level threshold)
    : sink_(std::move(sink)), threshold_(threshold) {}

void Log::reopen() {
    const std::lock_guard lock(mutex_);
    sink_->reopen();
}

void Log::write(Level level, std::string message) {
    const auto line = escaped(message);
    const std::lock_guard lock(mutex_);
    sink_->write(level, line);
}

}  // namespace mco::system
