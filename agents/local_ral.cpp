#include "agents/local_ral.hpp"

#include "agents/local_puppet.hpp"
#include "puppet/ral/local_ral.hpp"

#include <memory>
#include <stdexcept>

namespace mco::puppet {

Ral& local_ral(const agents::AgentContext& context) {
    LocalPuppet& puppet = local_puppet(context);  // before: make must not ask for shared objects
    return context.shared->get<Ral>([&]() -> std::unique_ptr<Ral> {
        auto made =
            LocalRal::make(context.config, puppet, context.runner, context.clock, context.log);
        if (!made)
            throw std::invalid_argument(made.error().message);
        return *std::move(made);
    });
}

}  // namespace mco::puppet
