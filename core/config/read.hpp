// Reads configuration text in the original's syntax (protocol §10.2 to §10.4) into a Config. Pure:
// files are handed in.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::config {

/// The text of one file and the name it has in messages.
struct Source {
    std::string path;
    std::string text;
};

/// What is odd in a configuration but no reason to refuse it; each is one sentence that starts with
/// FILE:LINE.
struct Diagnostics {
    std::vector<std::string> warnings;
};

/// The name under which a file of plugin.d sets keys: its base name without `.cfg`. Absent when the
/// file is to be skipped, because it is named otherwise or with anything but ASCII letters, digits
/// and `_`.
std::optional<std::string> plugin_name(std::string_view path);

/// The main file's settings, overridden by those of plugin.d in the order given. Identity stays
/// empty when unset. Errors name FILE:LINE and the key: invalid. Unknown keys are only warned
/// about, with the key that may have been meant.
Expected<Config> parse(const Source& main,
                       const std::vector<Source>& plugin_d,
                       Diagnostics& diagnostics);

}  // namespace mco::config
