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
    const cli::Commands commands({agents::make_puppet_command()});
    return cli::testing::run_application(fleet,
                                         commands,
                                         "puppet",
                                         std::move(words),
                                         {},
                                         client::NodeMemoryFile(""),
                                         {},
                                         {},
                                         terminal);
}

}  // namespace mco::puppet::application
