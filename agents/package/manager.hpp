// The package manager of a node as a whole: how many packages there are, what could be updated,
// what can be had (client and agents §5.2).
#pragma once

#include "agents/package/apt_get.hpp"
#include "agents/package/changes.hpp"
#include "agents/package/listings.hpp"
#include "core/error.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mco::package {

/// What a question to the manager gave.
struct Told {
    std::string output;
    int exit_code = 0;
    std::vector<Available> items;
};

/// All members: any worker thread; they block until the deadline at most. Errors: those of the
/// programs, and io with their words where a code other than 0 means that they could not do it.
class Manager {
  public:
    Manager() = default;
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    virtual ~Manager() = default;

    /// `apt`, `yum` or `zypper`.
    virtual std::string_view name() const = 0;

    /// How many packages are installed, and the MD5 of their list: `output` is byte for byte that
    /// of the original.
    virtual Expected<Told> count(Monotonic deadline) const = 0;
    virtual Expected<Told> md5(Monotonic deadline) const = 0;

    /// Packages of which a newer version can be had.
    virtual Expected<Told> updates(Monotonic deadline) const = 0;

    /// Packages of a name, or that match a pattern (names.hpp), in all versions that can be had.
    /// More names than most_matches are an error (limit).
    virtual Expected<Told> search(const std::string& pattern, Monotonic deadline) const = 0;

    /// Learns anew which packages there are.
    virtual Expected<Told> refresh(const Changes::Turn& turn, Monotonic deadline) = 0;
};

constexpr std::size_t most_matches = 1000;

/// What managers need; all of it must outlive them.
struct ManagerParts {
    AptGet& apt;
    Changes& changes;
    system::Runner& runner;
    const system::Clock& clock;
};

std::unique_ptr<Manager> make_apt_manager(const ManagerParts& parts);
std::unique_ptr<Manager> make_yum_manager(const ManagerParts& parts);
std::unique_ptr<Manager> make_zypper_manager(const ManagerParts& parts);

/// `yum clean MODE`, whatever manager the node has. Errors: those of yum's absence.
Expected<Told> yum_clean(const ManagerParts& parts, const std::string& mode, Monotonic deadline);

/// The output is how many lines these are.
Told count_of(const std::vector<std::string_view>& lines);

/// The output is the MD5 of the text, in hex. Errors: unavailable (OpenSSL has none).
Expected<Told> md5_of(std::string_view text);

}  // namespace mco::package
