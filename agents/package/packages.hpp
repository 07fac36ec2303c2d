// Whoever can tell and change the state of this node's packages.
#pragma once

#include "agents/package/changes.hpp"
#include "agents/package/state.hpp"
#include "core/error.hpp"
#include "core/time.hpp"

#include <string>

namespace mco::package {

enum class Change { install, update, uninstall, purge };

/// What is to become of a package.
struct Order {
    Change change = Change::install;
    std::string name;
    std::string version;  ///< install only; empty: the one that the package manager would take
};

/// What came of it.
struct Done {
    std::string output;     ///< what was printed
    std::string complaint;  ///< why it did not work; empty: it did
};

/// All members: any worker thread; they block until the deadline at most. Names and versions have
/// been checked (names.hpp).
class Packages {
  public:
    Packages() = default;
    Packages(const Packages&) = delete;
    Packages& operator=(const Packages&) = delete;
    virtual ~Packages() = default;

    /// As it is now. A package that nobody knows is `missing`, which is no error.
    virtual Expected<PackageState> find(const std::string& name, Monotonic deadline) = 0;

    /// For whoever holds the turn. Errors: unavailable (somebody else has a lock), timed_out (it
    /// goes on), those of programs that cannot be run.
    virtual Expected<Done> change(const Changes::Turn& turn,
                                  const Order& order,
                                  Monotonic deadline) = 0;
};

}  // namespace mco::package
