// Runs apt-get and dpkg so that they ask nobody, and waits for locks that others have.
#pragma once

#include "agents/package/changes.hpp"
#include "core/error.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace mco::package {

/// Lets time pass.
using Pause = std::function<void(std::chrono::milliseconds)>;

/// A program of Debian's package system, in the environment in which it asks nobody and says what
/// can be read; from a folder that is always there.
system::Command debian_command(std::vector<std::string> argv);

class AptGet {
  public:
    /// `lock_timeout`: the longest wait for a lock.
    AptGet(Changes& changes,
           const system::Clock& clock,
           std::chrono::seconds lock_timeout,
           Pause pause);

    /// `apt-get WORDS`, with the options for all changes before them. Errors: those of
    /// Changes::run(), unavailable when a lock was not to be had in time, with its holder.
    Expected<Ended> run(const Changes::Turn& turn,
                        const std::vector<std::string>& words,
                        Monotonic deadline);

    /// `dpkg WORDS`; dpkg itself never waits for a lock. Errors as run().
    Expected<Ended> run_dpkg(const Changes::Turn& turn,
                             const std::vector<std::string>& words,
                             Monotonic deadline);

  private:
    /// The program's command, given how long it may wait for a lock itself.
    using Attempt = std::function<system::Command(std::chrono::seconds)>;

    Expected<Ended> keep_trying(const Changes::Turn& turn,
                                const Attempt& attempt,
                                Monotonic deadline);

    Changes& changes_;
    const system::Clock& clock_;
    std::chrono::seconds lock_timeout_;
    Pause pause_;
};

}  // namespace mco::package
