// dpkg's database, as dpkg-query and dpkg tell it.
#pragma once

#include "agents/package/state.hpp"
#include "core/error.hpp"
#include "system/process.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::package {

/// The command that read_dpkg_answer() reads. `name` is a package's (names.hpp), so it is no
/// pattern.
std::vector<std::string> dpkg_question(const std::string& name);

/// The state of the package, `missing` if dpkg knows none of that name. Where several architectures
/// have one, the first that is installed. Errors: io, with dpkg's words.
Expected<PackageState> read_dpkg_answer(const system::Finished& answer, const std::string& name);

/// Those lines of `dpkg --list` that are about installed packages. They point into `list`.
std::vector<std::string_view> installed_lines(std::string_view list);

}  // namespace mco::package
