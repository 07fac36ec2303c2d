// Whether a secret may be part of a request (resources §7).
#pragma once

#include "core/config/config.hpp"

namespace mco::client {

/// Nodes prove who asks (x509), or every broker of the pool is reached through TLS. Settings that
/// cannot be read are none. No file is touched.
bool may_carry_secrets(const config::Config& config);

}  // namespace mco::client
