// The interface of data plug-ins (protocol §12.8): small questions about the node, asked by
// `rpcutil#get_data`.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/value.hpp"

#include <string>

namespace mco::agents {

/// Lookups are const and run on any worker thread, several at a time.
class DataPlugin {
  public:
    DataPlugin() = default;
    DataPlugin(const DataPlugin&) = delete;
    DataPlugin& operator=(const DataPlugin&) = delete;
    virtual ~DataPlugin() = default;
    virtual const ddl::Ddl& declaration() const = 0;
    /// The outputs by name. `query` is null when none was given; it has passed the declaration's
    /// checks. Errors say why there is no answer.
    virtual Expected<Map> look_up(const std::string* query) const = 0;
};

}  // namespace mco::agents
