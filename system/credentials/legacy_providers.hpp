// Makes the legacy providers ssl and aes_security from settings and key files (protocol §4.4,
// §4.5).
#pragma once

#include "system/credentials/credentials.hpp"

namespace mco::credentials {

/// Errors name the setting and, where there is one, the file.
Expected<Secured> make_ssl(const config::Config& config, Role role);
Expected<Secured> make_aes(const config::Config& config, Role role);

}  // namespace mco::credentials
