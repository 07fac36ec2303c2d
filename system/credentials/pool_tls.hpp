// The TLS files of brokers whose settings name none: a node and its owner have one certificate.
#pragma once

#include "core/config/config.hpp"
#include "system/credentials/credentials.hpp"

namespace mco::credentials {

/// For every broker of the configured connector that uses TLS: where none of ssl.ca, ssl.cert and
/// ssl.key is set, they are those of x509, configured or Puppet's, and so is the authority beside a
/// certificate and key. An authority alone stays alone: then no certificate is presented. Brokers
/// with ssl.fallback, and all when x509 has no files, stay as they are. No file is read.
config::Config with_pool_tls(config::Config config, Role role, const Surroundings& surroundings);

}  // namespace mco::credentials
