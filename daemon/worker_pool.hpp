// A bounded number of threads for blocking work, with a bounded queue (design D8). Shared by all
// nodes of a process.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mco::daemon {

/// Threads start with the first work that finds none idle, so an idle daemon has none. All members:
/// any thread.
class WorkerPool {
  public:
    struct Limits {
        std::size_t threads = 16;
        std::size_t queued = 256;  ///< work that waits for a thread
    };

    /// How it is now.
    struct Load {
        std::size_t threads = 0;  ///< how many there may be
        std::size_t busy = 0;     ///< of them, at work
        std::size_t waiting = 0;  ///< work without a thread
    };

    explicit WorkerPool(Limits limits) : limits_(limits) {}

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Drops what is queued and waits for what runs.
    ~WorkerPool();

    /// False, and nothing happens, when the queue is full. `work` must not throw.
    bool try_post(std::function<void()> work);

    /// How many there may be.
    std::size_t threads() const { return limits_.threads; }

    Load load() const;

    /// Whether nothing runs and nothing waits.
    bool idle() const;

  private:
    void run();

    const Limits limits_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::size_t busy_ = 0;  ///< threads that are at work
    bool stopping_ = false;
};

}  // namespace mco::daemon
