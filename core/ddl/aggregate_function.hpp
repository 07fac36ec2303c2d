// One aggregate at work (client specification §3). Internal to core/ddl.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/value.hpp"

#include <memory>
#include <string>

namespace mco::ddl {

/// Fed with one value a reply, then asked for its text.
class AggregateFunction {
  public:
    AggregateFunction() = default;
    AggregateFunction(const AggregateFunction&) = delete;
    AggregateFunction& operator=(const AggregateFunction&) = delete;
    AggregateFunction(AggregateFunction&&) = delete;
    AggregateFunction& operator=(AggregateFunction&&) = delete;
    virtual ~AggregateFunction() = default;

    /// nil for a reply that has no such value. Errors (invalid): a value that cannot be used, after
    /// which the function is not to be asked for anything.
    virtual Expected<void> add(const Value& value) = 0;

    /// Lines that end with newlines or not; empty if there was nothing to count. Errors (invalid):
    /// the format does not fit, or there is no result.
    virtual Expected<std::string> text() const = 0;
};

/// summary, sum, average, boolean_summary; null for other names.
std::unique_ptr<AggregateFunction> make_stock_function(const Aggregate& declared);

/// Those that came with add-ons of the original and are known to their DDLs: nagios_states (nrpe),
/// nettest_mma (nettest), process_summary (process); null for other names.
std::unique_ptr<AggregateFunction> make_addon_function(const Aggregate& declared);

/// The error of a value that a function cannot use.
tl::unexpected<Error> unusable(const Value& value);

}  // namespace mco::ddl
