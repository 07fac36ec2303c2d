// What package managers print about packages that could be installed, as pure functions (client and
// agents §5.2).
#pragma once

#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::package {

/// One version of a package that can be had.
struct Available {
    std::string package;
    std::string version;
    std::string repo;
    bool operator==(const Available&) const = default;
};

/// Maps with the keys package, version and repo.
Array to_list(const std::vector<Available>& items);

/// `apt-get --simulate dist-upgrade`: `Inst NAME [OLD] (NEW REPO)`. Packages that would come in
/// addition have no OLD, and are left out.
std::vector<Available> read_apt_upgrades(std::string_view text);

/// `apt-cache madison`: `NAME | VERSION | PLACE`; sources are left out.
std::vector<Available> read_madison(std::string_view text);

/// `yum check-update` and `yum list available`: three columns, which yum breaks into several lines
/// where they are wide. What yum would replace by something else ends the list.
std::vector<Available> read_yum(std::string_view text);

/// `zypper list-updates`: columns 2, 3 and 5 of a table.
std::vector<Available> read_zypper_updates(std::string_view text);

/// `zypper search --details`: columns 2, 4 and 6 of a table.
std::vector<Available> read_zypper_search(std::string_view text);

}  // namespace mco::package
