#include "agents/package/local_packages.hpp"

#include "agents/local_ral.hpp"
#include "agents/package/apt_packages.hpp"
#include "agents/package/ral_packages.hpp"

#include <stdexcept>
#include <thread>
#include <utility>

namespace mco::package {
namespace {

std::unique_ptr<Manager> make_manager(SystemKind kind, const ManagerParts& parts) {
    switch (kind) {
        case SystemKind::apt:
            return make_apt_manager(parts);
        case SystemKind::yum:
            return make_yum_manager(parts);
        case SystemKind::zypper:
            return make_zypper_manager(parts);
        case SystemKind::none:
            break;
    }
    return nullptr;
}

}  // namespace

LocalPackages::LocalPackages(Settings read, const agents::AgentContext& context, Pause pause)
    : settings(std::move(read)),
      changes(context.runner, context.clock, context.log),
      apt(changes, context.clock, settings.lock_timeout, std::move(pause)),
      parts{apt, changes, context.runner, context.clock} {}

std::unique_ptr<LocalPackages> make_local_packages(const agents::AgentContext& context,
                                                   Settings settings,
                                                   SystemKind kind,
                                                   puppet::Ral* ral,
                                                   Pause pause) {
    auto made = std::make_unique<LocalPackages>(std::move(settings), context, std::move(pause));
    if (needs_puppet(made->settings, kind))
        made->packages = std::make_unique<RalPackages>(*ral, made->settings.parameters);
    else
        made->packages = std::make_unique<AptPackages>(made->apt, context.runner, context.clock);
    made->manager = make_manager(kind, made->parts);
    return made;
}

bool needs_puppet(const Settings& settings, SystemKind kind) {
    return kind != SystemKind::apt || !settings.native;
}

LocalPackages& local_packages(const agents::AgentContext& context) {
    auto settings = read_settings(context.config);
    if (!settings)
        throw std::invalid_argument(settings.error().message);
    const auto kind = system_kind();
    // One shared thing must not be asked for while another one is made.
    puppet::Ral* ral = needs_puppet(*settings, kind) ? &puppet::local_ral(context) : nullptr;
    return context.shared->get<LocalPackages>([&] {
        return make_local_packages(
            context, *std::move(settings), kind, ral, [](std::chrono::milliseconds time) {
                std::this_thread::sleep_for(time);
            });
    });
}

}  // namespace mco::package
