// Settings that nobody reads: what an administrator wants to know before the daemon runs without
// what was meant.
#pragma once

#include "core/config/config.hpp"
#include "core/config/keys_catalogue.hpp"

#include <string>
#include <vector>

namespace mco::config {

/// One sentence, with FILE:LINE, for each plugin setting that nothing here knows and that resembles
/// none (the reader has warned of the others), and for members of a pool that it does not reach. A
/// plug-in of the site may still read the former. In the order of their names.
std::vector<std::string> unknown_settings(const Config& config);

struct IgnoredSetting {
    std::string name;    ///< as it is written: `plugin.package.provider`
    std::string origin;  ///< FILE:LINE
    std::string why;     ///< `only clients read it`
};

/// Settings that are known but have no effect for `reader`, which is server or client: those of
/// the other side, and those that old files have and nothing reads any more.
std::vector<IgnoredSetting> ignored_settings(const Config& config, Side reader);

}  // namespace mco::config
