#include "client/call_settings.hpp"

namespace mco::client {

using std::chrono::seconds;

DiscoveryPlan discovery_plan(const CallSettings& settings, const config::Config& config) {
    const auto more = settings.data_patience;
    if (settings.discovery_timeout)
        return {*settings.discovery_timeout + more, Listening::whole_time};
    return {config.discovery_timeout.value_or(usual_discovery) + more, Listening::until_quiet};
}

seconds reply_limit(const CallSettings& settings, int ddl_timeout, seconds discovery) {
    const auto limit = settings.timeout.value_or(seconds(ddl_timeout) + discovery);
    return limit + settings.data_patience + settings.publish_timeout.value_or(seconds(0));
}

}  // namespace mco::client
