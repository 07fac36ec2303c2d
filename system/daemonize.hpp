// Going into the background (protocol §12.1), such that whoever started us learns whether it
// worked.
#pragma once

#include "core/error.hpp"
#include "system/descriptor.hpp"

namespace mco::system {

/// Held by the daemon until it is ready to serve. Dropping it unready, or dying, makes the starting
/// process exit with 1.
class Startup {
  public:
    explicit Startup(Descriptor to_starter) : to_starter_(std::move(to_starter)) {}

    /// Lets the starting process exit with 0, and puts our standard streams on /dev/null. Until
    /// then, complaints reach the terminal.
    void ready();

  private:
    Descriptor to_starter_;
};

/// Returns in the daemon: a grandchild in a session of its own, in directory `/`. The starting
/// process stays in here until it may exit. To be called before any thread or pid file exists.
/// Errors: io.
Expected<Startup> daemonize();

}  // namespace mco::system
