// For the tests of this folder: `mco puppet` on a simulated fleet.
#pragma once

#include "cli/testing.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mco::agents {

cli::Application make_puppet_command();

}  // namespace mco::agents

namespace mco::puppet::application {

/// `mco puppet WORDS…`, as the only command there is.
inline cli::testing::Shown run_puppet(client::testing::Fleet& fleet,
                                      std::vector<std::string> words,
                                      const cli::Terminal& terminal = {}) {
    return cli::testing::run_command(
        fleet, agents::make_puppet_command(), std::move(words), {}, {}, terminal);
}

}  // namespace mco::puppet::application
