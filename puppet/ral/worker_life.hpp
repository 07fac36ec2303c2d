// One worker after another: started when there is a question, renewed when it is old, ended when it
// hangs (resources §1).
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "puppet/ral/worker.hpp"
#include "puppet/ral/worker_place.hpp"
#include "puppet/ral/worker_protocol.hpp"
#include "puppet/ral/worker_stamp.hpp"
#include "puppet/ral/worker_starts.hpp"
#include "puppet/settings.hpp"
#include "system/clock.hpp"
#include "system/conversation.hpp"
#include "system/log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace mco::puppet {

/// Whoever calls a member has the turn: one thread at a time.
class WorkerLife {
  public:
    WorkerLife(const WorkerSettings& settings,
               const Settings& puppet,
               const system::Clock& clock,
               system::Log& log)
        : settings_(settings), place_(settings, puppet), clock_(clock), log_(log) {}

    /// What the worker said when it was ready. Starts one if there is none. Errors: those of
    /// Worker.
    Expected<Greeting> greeting(Monotonic deadline);

    /// The answer. Errors: those of Worker.
    Expected<Map> ask(const protocol::Question& question, Monotonic deadline);

    std::chrono::seconds write_limit() const { return settings_.write_limit; }

    /// Ends the worker, at once or, while it makes a change, after that.
    void renew();

  private:
    /// A worker that runs.
    struct Run {
        system::Conversation talk;
        Monotonic started;
        std::optional<protocol::Hello> hello;  ///< absent: it is not ready yet
        WorkerStamp stamp;                     ///< when it was
        std::size_t questions = 0;
    };

    /// A change that nobody waits for any more.
    struct Change {
        std::string subject;
        Monotonic since;
    };

    Expected<void> be_free();
    void drop_if_outdated();
    Expected<void> be_ready(Monotonic deadline);
    Expected<void> start();
    Expected<void> read_hello(Monotonic until);
    tl::unexpected<Error> failed_to_start(Error error);
    Expected<std::optional<Map>> ask_once(const protocol::Question& question, Monotonic deadline);
    Expected<protocol::Said> hear(std::int64_t id, Monotonic until);
    tl::unexpected<Error> given_up(const Error& error,
                                   const protocol::Question& question,
                                   Monotonic asked);
    void drop_if_worn(const protocol::Said& said);
    void end();
    void kill();
    std::string last_words();
    Monotonic in_real_time(Monotonic deadline) const;

    WorkerSettings settings_;
    WorkerPlace place_;
    const system::Clock& clock_;
    system::Log& log_;
    std::optional<Run> run_;
    std::optional<Change> change_;
    FailedStarts failed_;
    std::int64_t last_id_ = 0;
    bool renew_ = false;  // after the change
};

}  // namespace mco::puppet
