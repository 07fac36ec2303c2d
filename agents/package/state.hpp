// What a node's package system knows of one package.
#pragma once

#include "core/value.hpp"

#include <string>

namespace mco::package {

/// Empty texts: nothing is known.
struct PackageState {
    std::string name;
    std::string ensure;   ///< the version as a whole, or `absent` or `purged`, as Puppet says it
    std::string status;   ///< dpkg's word, or `missing`
    std::string error;    ///< dpkg's: `ok`, `reinstreq`
    std::string desired;  ///< dpkg's: `install`, `hold`, `deinstall`, `purge`, `unknown`
    std::string mark;     ///< `hold`, `none`
    std::string provider;
    std::string arch;
    std::string version;  ///< without epoch and release
    std::string release;
    std::string epoch;

    bool is_present() const { return !ensure.empty() && ensure != "absent" && ensure != "purged"; }

    bool operator==(const PackageState&) const = default;
};

/// Nobody knows a package of that name.
PackageState missing_package(const std::string& name);

/// Sets version, release and epoch from `ensure`: `[EPOCH:]VERSION[-RELEASE]`. An epoch that is not
/// written is 0.
void split_version(PackageState& state);

/// The outputs of the actions, without those of which nothing is known.
Map outputs(const PackageState& state);

}  // namespace mco::package
