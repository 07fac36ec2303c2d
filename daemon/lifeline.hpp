// Keeps an object from going away while work in the pool uses it, and lets it go when that is done.
#pragma once

#include <condition_variable>
#include <mutex>

namespace mco::daemon {

/// Owned by the object and shared with its work. Any thread.
class Lifeline {
  public:
    /// False once the object is going: the work must not touch it then. Otherwise leave() must
    /// follow.
    bool enter() {
        const std::lock_guard lock(mutex_);
        if (closed_)
            return false;
        ++inside_;
        return true;
    }

    void leave() {
        const std::lock_guard lock(mutex_);
        --inside_;
        empty_.notify_all();
    }

    /// To be called by the object's destructor: waits for the work that is inside.
    void close() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        empty_.wait(lock, [this] { return inside_ == 0; });
    }

  private:
    std::mutex mutex_;  // guards what follows
    std::condition_variable empty_;
    int inside_ = 0;
    bool closed_ = false;
};

}  // namespace mco::daemon
