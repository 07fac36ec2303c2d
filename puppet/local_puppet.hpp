// The Puppet of this node, as everybody in one daemon shares it.
#pragma once

#include "puppet/paths.hpp"
#include "puppet/settings.hpp"
#include "system/log.hpp"
#include "system/process.hpp"

#include <utility>

namespace mco::puppet {

/// Nothing is started when it is made. The paths: any thread.
struct LocalPuppet {
    LocalPuppet(Settings read, system::Runner& runner, system::Log& log)
        : settings(std::move(read)), finder(settings, runner, log) {}

    const Settings settings;
    PathFinder finder;
};

}  // namespace mco::puppet
