#include "client/resources/confidential.hpp"

#include "transport/stomp/options.hpp"

#include <algorithm>

namespace mco::client {

bool may_carry_secrets(const config::Config& config) {
    if (config.securityprovider == "x509")
        return true;
    const auto flavour =
        config.connector == "rabbitmq" ? stomp::Flavour::rabbitmq : stomp::Flavour::activemq;
    const auto options = stomp::parse_options(config, flavour, 0);
    return options && !options->pool.empty() &&
           std::all_of(options->pool.begin(), options->pool.end(), [](const stomp::Server& one) {
               return one.tls && !one.tls->fallback;
           });
}

}  // namespace mco::client
