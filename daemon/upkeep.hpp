// Keeps a node up to date with its surroundings: facts, classes, credentials.
#pragma once

#include "core/config/config.hpp"
#include "daemon/lifeline.hpp"
#include "daemon/node.hpp"
#include "daemon/worker_pool.hpp"
#include "facts/classes.hpp"
#include "facts/store.hpp"
#include "system/asio.hpp"
#include "system/credentials/credentials.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace mco::daemon {

/// Looks for changes every two seconds, which costs a few stat calls; sources are read on a worker
/// thread.
class Upkeep {
  public:
    /// Everything outlives it; `watcher` may be null.
    struct Parts {
        asio::io_context& io;
        const config::Config& config;
        Node& node;
        WorkerPool& workers;
        const system::Clock& clock;
        system::Log& log;
        credentials::Watcher* watcher;
    };

    Upkeep(const Parts& parts, std::vector<std::unique_ptr<facts::Source>> sources);
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;
    /// Waits for a refresh that is under way.
    ~Upkeep();

    /// Begins; `ready` is called once, when facts and classes were read for the first time or are
    /// taking too long: for those who want to send them. I/O thread.
    void start(std::function<void()> ready);
    /// Looks now. I/O thread.
    void refresh();

  private:
    void tick();
    void become_ready();
    void refresh_credentials();
    void read();  // worker thread

    const Parts parts_;
    facts::FactStore facts_;      // worker thread, guarded by reading_
    facts::ClassesFile classes_;  // worker thread, guarded by reading_
    bool reading_ = false;        // I/O thread: a read is queued or under way
    bool again_ = false;
    asio::steady_timer timer_;
    asio::steady_timer patience_;
    std::function<void()> ready_;
    std::shared_ptr<Lifeline> lifeline_;  // shared with the read in the pool
    std::shared_ptr<Upkeep*> alive_;      // handlers that are still queued look whether it is gone
};

}  // namespace mco::daemon
