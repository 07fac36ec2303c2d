// The screens of comparing with a wished state and of cloning, as pure functions (resources §6,
// §7).
#pragma once

#include "agents/resource/application/screens.hpp"
#include "client/resources/clone_outcomes.hpp"
#include "client/resources/clone_plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

/// A line for each group of equal outcomes: `  create   7 nodes   web[2-8]`.
std::string outcome_screen(const client::CloneGroups& outcomes, const Style& style);

/// What is copied, what goes along, and what does not.
std::string plan_line(const client::ClonePlan& plan, std::string_view source);

/// What a clone came to. `same`: nodes where nothing was to be done.
std::string result_screen(const client::CloneGroups& outcomes, std::size_t same);

/// Where a resource is: a line for each state, and for whether Puppet manages it.
struct FoundState {
    std::string state;  ///< what `ensure` says
    bool managed = false;
    std::vector<std::string> nodes;
};

std::string found_screen(std::string_view type,
                         std::string_view title,
                         const std::vector<FoundState>& states);

/// A type that nodes know.
struct KnownType {
    std::string name;
    std::size_t nodes = 0;
    std::size_t native = 0;  ///< of these, without Ruby
};

std::string types_screen(const std::vector<KnownType>& types,
                         std::size_t nodes,
                         const Style& style);

}  // namespace mco::resource::application
