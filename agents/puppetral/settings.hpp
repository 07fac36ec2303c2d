// The settings plugin.puppetral.* that say what requests may see and do.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

namespace mco::puppetral {

/// What the action `apply` may do.
enum class Applying {
    nothing,
    noop,  ///< tell what it would do
    everything
};

struct Settings {
    Applying apply = Applying::noop;
    bool allow_managed = false;  ///< whether what Puppet's last catalog managed may be changed
    bool show_secrets = false;
    bool show_content = false;  ///< of files
};

/// An Error names the setting that cannot be used.
Expected<Settings> read_settings(const config::Config& config);

}  // namespace mco::puppetral
