#include "system/status_file.hpp"

#include <filesystem>
#include <utility>

#include <pthread.h>
#include <signal.h>

namespace mco::system {
namespace {

constexpr mode_t status_mode = 0640;

}  // namespace

Expected<std::unique_ptr<StatusFile>> StatusFile::open(const std::string& path, Log& log) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
    if (error || !absolute.has_filename() || path.empty())
        return fail(Errc::invalid, "\"" + path + "\" is not the name of a status file");
    auto folder = Directory::open(absolute.parent_path().string());
    if (!folder)
        return fail(folder.error().code,
                    "the status file " + path + " cannot be written: " + folder.error().message);
    return std::unique_ptr<StatusFile>(
        new StatusFile(*std::move(folder), absolute.filename().string(), absolute.string(), log));
}

StatusFile::StatusFile(Directory folder, std::string name, std::string path, Log& log)
    : folder_(std::move(folder)), name_(std::move(name)), path_(std::move(path)), log_(log) {}

StatusFile::~StatusFile() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

void StatusFile::write(std::string text) {
    {
        const std::lock_guard lock(mutex_);
        next_ = std::move(text);
        if (!thread_.joinable())
            thread_ = std::thread([this] { run(); });
    }
    wake_.notify_one();
}

void StatusFile::run() {
    pthread_setname_np(pthread_self(), "mco-status");
    sigset_t all;  // signals are for the thread that runs the event loop
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return next_ || ending_; });
        if (!next_)
            return;
        const std::string text = *std::exchange(next_, std::nullopt);
        lock.unlock();
        write_now(text);
        lock.lock();
    }
}

void StatusFile::write_now(const std::string& text) {
    const auto written = folder_.write(name_, text, status_mode);
    if (!written && !failing_)
        log_.warn("The status file {} cannot be written: {}", path_, written.error().message);
    failing_ = !written;
}

}  // namespace mco::system
