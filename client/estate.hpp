// What calls are made with, whoever makes them: the same for all calls of one process.
#pragma once

#include "client/catalogue.hpp"
#include "client/node_memory.hpp"
#include "core/config/config.hpp"
#include "system/log.hpp"

#include <optional>
#include <string>

namespace mco::client {

/// All of it outlives the calls; one thread.
struct Estate {
    const config::Config& config;
    Catalogue& catalogue;
    NodeMemoryFile& memory;
    system::Log& log;
    std::optional<std::string> home;  ///< of the user, where certificates may be

    /// What nodes of `collective` are remembered under.
    MemoryScope scope(const std::string& collective) const { return {config.file, collective}; }
};

}  // namespace mco::client
