#include "agents/local_puppet.hpp"

#include <cstdlib>
#include <stdexcept>

namespace mco::puppet {

LocalPuppet& local_puppet(const agents::AgentContext& context) {
    return context.shared->get<LocalPuppet>([&context] {
        const char* path = std::getenv("PATH");
        auto settings = read_settings(context.config, path ? path : "");
        if (!settings)
            throw std::invalid_argument(settings.error().message);
        return std::make_unique<LocalPuppet>(*std::move(settings), context.runner, context.log);
    });
}

bool is_switched_on(const config::Config& config) {
    return config.plugin_bool("puppet.activate_agent", config.activate_agents).value_or(false);
}

}  // namespace mco::puppet
