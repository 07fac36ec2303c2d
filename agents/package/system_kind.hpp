// Which package system a node has. A program alone does not make one: /usr/bin/yum exists on
// Debian, too (trap T63).
#pragma once

#include <string>

namespace mco::package {

enum class SystemKind { apt, yum, zypper, none };

/// By the databases, dpkg's first, and the programs that belong to them. `root`: `/`, but in tests.
/// Looks at a few files; any thread.
SystemKind system_kind(const std::string& root = "/");

}  // namespace mco::package
