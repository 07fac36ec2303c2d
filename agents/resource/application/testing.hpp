// For the tests of this folder: `mco resource` on simulated nodes.
#pragma once

#include "agents/resource/application/testing_node.hpp"
#include "cli/testing.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mco::agents {

cli::Application make_resource_command();

}  // namespace mco::agents

namespace mco::resource::application::testing {

using client::testing::Fleet;
using client::testing::NodePlan;

/// The node of a plan, which copies share.
inline NodePlan shared_node(const std::string& name, std::shared_ptr<Resources> resources) {
    return {name, {}, [resources](const rpc::CallBody& call) { return (*resources)(call); }};
}

inline NodePlan node(const std::string& name, std::vector<ral::Resource> all) {
    return shared_node(name, std::make_shared<Resources>(std::move(all)));
}

/// `mco resource WORDS…`, as the only command there is. `answer`: of whoever sits at the terminal;
/// `piped`: what a pipe holds instead.
inline cli::testing::Shown run_resource(Fleet& fleet,
                                        std::vector<std::string> words,
                                        const std::optional<std::string>& answer = {},
                                        const cli::Terminal& terminal = {},
                                        const std::optional<std::string>& piped = {}) {
    words.emplace_back("--np");
    return cli::testing::run_command(
        fleet, agents::make_resource_command(), std::move(words), piped, answer, terminal);
}

}  // namespace mco::resource::application::testing
