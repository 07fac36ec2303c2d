// Values as Ruby's `inspect` shows them, for the audit log (protocol §12.4).
#pragma once

#include "core/value.hpp"

#include <string>

namespace mco::daemon {

/// One line: `{:msg=>"hi", :n=>1}`. Text that is not printable ASCII or UTF-8 is escaped. Pure.
std::string ruby_inspect(const Value& value);

/// The same for the inputs of a call: keys are shown as symbols, and the values of keys that look
/// like secrets as "***".
std::string ruby_inspect_inputs(const Map& inputs);

}  // namespace mco::daemon
