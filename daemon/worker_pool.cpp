#include "daemon/worker_pool.hpp"

#include <system_error>
#include <utility>

#include <pthread.h>
#include <signal.h>

namespace mco::daemon {

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        queue_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

bool WorkerPool::try_post(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        const std::size_t could_run = limits_.threads - busy_;
        if (stopping_ || queue_.size() >= limits_.queued + could_run)
            return false;
        if (queue_.size() >= threads_.size() - busy_ && threads_.size() < limits_.threads) {
            try {
                threads_.emplace_back([this] { run(); });
            } catch (
                const std::system_error&) {  // the system has none left: those that run will do it
                if (threads_.empty())
                    return false;
            }
        }
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

WorkerPool::Load WorkerPool::load() const {
    const std::lock_guard lock(mutex_);
    return {limits_.threads, busy_, queue_.size()};
}

bool WorkerPool::idle() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && busy_ == 0;
}

void WorkerPool::run() {
    pthread_setname_np(pthread_self(), "mco-worker");
    sigset_t all;  // signals are for the thread that runs the event loop
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (queue_.empty()) {
            wake_.wait(lock);
            continue;
        }
        std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        ++busy_;
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
        --busy_;
    }
}

}  // namespace mco::daemon
