#include "daemon/action_policy.hpp"

namespace mco::daemon {

Expected<std::unique_ptr<Authorizer>> make_authorizer(const config::Config& config,
                                                      const agents::NodeView& /*node*/,
                                                      const system::Clock& /*clock*/,
                                                      system::Log& /*log*/) {
    if (!config.rpcauthorization)
        return nullptr;
    return fail(Errc::invalid,
                "rpcauthorization = 1 needs the provider action_policy, which is not there yet");
}

}  // namespace mco::daemon
