// The interface of data plug-ins (protocol §12.8): small questions about the node, asked by filters
// (`-S`), policies and `rpcutil#get_data`.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/time.hpp"
#include "core/value.hpp"
#include "system/clock.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mco::agents {

/// One question, and for how long its answer is of use.
struct DataQuery {
    Value input;  ///< nil when none was given; it has passed the declaration's checks
    std::vector<std::string> outputs;  ///< those that somebody looks at; empty: all
    const system::Clock& clock;
    Monotonic deadline;                           ///< from the declaration's timeout
    const std::atomic<bool>* given_up = nullptr;  ///< becomes true when nobody waits any more

    /// The input as text; empty when there is none.
    std::string text() const;

    /// Whether `output` is looked at: what costs much can be left out.
    bool wants(std::string_view output) const;

    /// What child processes may still take; nothing once nobody waits any more. Plug-ins that work
    /// piece by piece look at it between the pieces.
    std::chrono::milliseconds time_left() const;

    bool is_overdue() const { return time_left().count() == 0; }
};

/// Lookups are const and run on any worker thread, several at a time.
class DataPlugin {
  public:
    DataPlugin() = default;
    DataPlugin(const DataPlugin&) = delete;
    DataPlugin& operator=(const DataPlugin&) = delete;
    virtual ~DataPlugin() = default;
    virtual const ddl::Ddl& declaration() const = 0;

    /// Whether it is of any use on this node; asked once, at the start. Filters that ask a plug-in
    /// which is not active do not match, not even negated.
    virtual bool is_active() const { return true; }

    /// The outputs by name: texts, numbers, booleans, nil. Errors say why there is no answer.
    virtual Expected<Map> look_up(const DataQuery& query) const = 0;
};

}  // namespace mco::agents
