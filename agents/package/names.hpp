// What packages, their versions and searches for them may be called.
#pragma once

#include <string_view>

namespace mco::package {

/// `[A-Za-z0-9][A-Za-z0-9.+_:~-]*`, also with an architecture (`libc6:amd64`), but no dash at the
/// end: apt takes `nano-` for the wish to remove nano.
bool is_package_name(std::string_view name);

/// As package systems write versions, epoch and release included; no dash at the end.
bool is_version(std::string_view version);

/// A name, in which `*`, `?` and `[…]` may stand for parts of it.
bool is_search_pattern(std::string_view pattern);

/// Whether it is one that may stand for several names.
bool is_glob(std::string_view pattern);

}  // namespace mco::package
