// What a request's filter asks the node's data plug-ins (protocol §8.2).
#pragma once

#include "agents/agent.hpp"
#include "agents/data_question.hpp"
#include "core/error.hpp"
#include "core/filter/compound_filter.hpp"
#include "core/value.hpp"
#include "system/clock.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mco::daemon {

/// How far a filter is judged without asking anything that might block.
struct Matched {
    filter::Compound compound;
    std::optional<bool> outcome;    ///< absent: data plug-ins have to be asked
    std::chrono::seconds limit{0};  ///< what those declare that they take, each question once
};

/// Judges `filter` by facts, classes and names. Errors: what cannot be decoded or compared; data
/// plug-ins that are not here, and questions that they do not take. With either the node does not
/// match. I/O thread.
Expected<Matched> match(const filter::Filter& filter,
                        const filter::Inventory& inventory,
                        const agents::NodeView& node);

/// What the filter reads of a node, each once: `fact:NAME` and `data:PLUGIN`. The data plug-in
/// `fact` reads both.
std::vector<std::string> subjects(const filter::Filter& filter, const filter::Compound& compound);

/// The answers to one filter: each question is put once. One worker thread.
class FilterData {
  public:
    /// All outlive it.
    FilterData(const agents::NodeView& node,
               const system::Clock& clock,
               const filter::Compound& compound,
               const std::atomic<bool>& given_up)
        : node_(node), clock_(clock), compound_(compound), given_up_(given_up) {}

    /// Blocks as long as the plug-in does. Errors: those of agents::DataQuestion.
    Expected<Map> ask(const filter::DataTest& test);

  private:
    std::vector<std::string> outputs_of(const filter::DataTest& test) const;

    const agents::NodeView& node_;
    const system::Clock& clock_;
    const filter::Compound& compound_;
    const std::atomic<bool>& given_up_;
    std::vector<std::pair<const filter::DataTest*, Map>> known_;
};

}  // namespace mco::daemon
