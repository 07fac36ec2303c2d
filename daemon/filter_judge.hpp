// Finishes the filters of requests that depend on data plug-ins: those may block, and the thread of
// the event loop never does (design D8).
#pragma once

#include "core/error.hpp"
#include "daemon/lifeline.hpp"
#include "daemon/node.hpp"
#include "daemon/worker_pool.hpp"
#include "system/asio.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace mco::daemon {

/// At most a quarter of the workers, so that plug-ins which hang leave the others to actions. All
/// members are for the I/O thread.
class FilterJudge {
  public:
    static constexpr std::size_t most_waiting = 64;  ///< beyond it, requests are dropped

    /// All of it outlives the judge.
    struct Parts {
        asio::io_context& io;
        Node& node;
        WorkerPool& workers;
    };

    /// Called once for every request that is judged, unless the judge goes before.
    using Done = std::function<void(message::Triaged<Task> outcome)>;

    FilterJudge(const Parts& parts, Done done);
    FilterJudge(const FilterJudge&) = delete;
    FilterJudge& operator=(const FilterJudge&) = delete;
    /// Waits for the plug-ins that are being asked, after telling them that nobody waits for them.
    ~FilterJudge();

    /// `done` follows within `undecided.limit`: what hangs is left to itself, and then the request
    /// counts as expired.
    void judge(Undecided undecided);

    /// Requests that wait for a worker.
    std::size_t waiting() const { return waiting_.size(); }

  private:
    struct Case;

    void start_next();
    static void work(FilterJudge& judge, const std::shared_ptr<Case>& one);
    void on_judged(const std::shared_ptr<Case>& one, const Expected<bool>& matched);
    void on_deadline(Case& one);
    void refuse(Case& one);
    void settle(Case& one, message::Triaged<Task> outcome);

    const Parts parts_;
    const Done done_;
    const std::size_t most_running_;
    std::deque<std::shared_ptr<Case>> waiting_;
    std::vector<std::shared_ptr<Case>>
        asked_;                            ///< by workers, also those nobody waits for any more
    std::shared_ptr<Lifeline> lifeline_;   // shared with the work in the pool
    std::shared_ptr<FilterJudge*> alive_;  // handlers that are still queued look whether it is gone
};

}  // namespace mco::daemon
