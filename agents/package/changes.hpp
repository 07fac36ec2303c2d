// Changes of a node's packages: one at a time, and none of them is ended before its time.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "system/private_directory.hpp"
#include "system/process.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace mco::package {

/// What a program that changes something came to.
struct Ended {
    int exit_code = -1;  ///< -1: it was killed
    std::string output;  ///< of both streams, tidied up (said.hpp)
};

/// All members: any worker thread.
class Changes {
  public:
    /// Its holder is the only one who changes packages.
    using Turn = std::unique_lock<std::timed_mutex>;

    /// All of them must outlive the object.
    Changes(system::Runner& runner, const system::Clock& clock, system::Log& log);

    /// Waits until the others are through. Errors: unavailable ("busy …"), at once where a program
    /// goes on that nobody waits for any more.
    Expected<Turn> turn(Monotonic deadline);

    /// Runs a program of whoever holds the turn to its end. When it is overdue it goes on, and
    /// nobody gets a turn until it has ended. Errors: those of starting it, timed_out ("… is still
    /// running …").
    Expected<Ended> run(const Turn& turn, system::Command command, Monotonic deadline);

  private:
    struct Going {
        std::string name;
        std::unique_ptr<system::LastingProcess> process;
        system::PrivateDirectory directory;
        Monotonic started;
    };

    bool still_going();

    system::Runner& runner_;
    const system::Clock& clock_;
    system::Log& log_;
    std::timed_mutex mutex_;  // what a turn is; guards what follows
    std::optional<Going> overdue_;
};

}  // namespace mco::package
