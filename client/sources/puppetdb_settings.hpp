// Where PuppetDB is, and who we are to it: plugin.puppetdb.*. Internal to client/sources.
#pragma once

#include "client/sources/http_post.hpp"
#include "core/config/config.hpp"
#include "core/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

struct PuppetDbSettings {
    std::vector<HttpServer> servers;  ///< at least one, in the order in which they are tried
    stomp::Tls tls;                   ///< unused if no server speaks TLS
    std::chrono::seconds timeout{0};  ///< for a whole search
};

/// Certificate, key and authority are those of the security provider x509 unless they are set; its
/// revocation list goes with its authority. `home`: of the user, where these may be. Errors name
/// the setting, and the file that is missing or that others may read.
Expected<PuppetDbSettings> read_puppetdb_settings(const config::Config& config,
                                                  const std::optional<std::string>& home);

}  // namespace mco::client
