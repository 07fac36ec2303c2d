// Asks the node's own data plug-ins, within what their declarations allow (protocol §12.8).
#pragma once

#include "agents/agent.hpp"
#include "core/error.hpp"
#include "core/value.hpp"
#include "system/clock.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mco::agents {

/// A question that its plug-in's declaration allows. Only prepare_data() makes one.
class DataQuestion {
  public:
    /// What the plug-in declares that it takes at most.
    std::chrono::seconds limit() const;

    /// The answer, with the declaration's defaults where the plug-in has nothing to say. `outputs`:
    /// those that somebody looks at, empty for all. `given_up` outlives the call. Errors: timed_out
    /// (it took longer than it declares; nobody can stop it before), invalid (what it gave back is
    /// no answer), unavailable (it threw), and its own. Any worker thread; blocks.
    Expected<Map> ask(const system::Clock& clock,
                      std::vector<std::string> outputs = {},
                      const std::atomic<bool>* given_up = nullptr) const;

  private:
    friend Expected<DataQuestion> prepare_data(const NodeView& node,
                                               std::string_view name,
                                               Value input);

    DataQuestion(const DataPlugin& plugin, Value input);

    const DataPlugin* plugin_;  ///< lives as long as the node
    Value input_;
};

/// What `name` (with or without `_data`, in any case of letters) is to be asked; a nil `input`: no
/// question, and text becomes the number or boolean that is declared. Errors: not_found (there is
/// no such plug-in), invalid (its declaration does not allow the input). Does not block; any
/// thread.
Expected<DataQuestion> prepare_data(const NodeView& node, std::string_view name, Value input);

}  // namespace mco::agents
