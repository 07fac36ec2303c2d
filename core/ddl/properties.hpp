// The `:key => value` properties of inputs, outputs and metadata, made into the fields of ddl.hpp.
// Internal to core/ddl.
#pragma once

#include "core/ddl/ddl.hpp"

#include <string>
#include <vector>

namespace mco::ddl {

/// What was passed over because it has no meaning here.
using Remarks = std::vector<std::string>;

/// All of these: `where` is the line of the statement, and errors begin with it. Without a
/// `timeout` that is a number of seconds it is the usual one, with a remark.
Expected<Metadata> metadata_from(const Map& properties, int where, Remarks& remarks);
/// `agent_input`: inputs of agents must also say whether they are optional.
Expected<Input> input_from(std::string name,
                           const Map& properties,
                           bool agent_input,
                           int where,
                           Remarks& remarks);
Expected<Output> output_from(std::string name, const Map& properties, int where);
/// `fn(:output, {options})`, and the format that may stand behind it.
Expected<Aggregate> aggregate_from(std::string function,
                                   const Array& arguments,
                                   const Value& format,
                                   int where,
                                   Remarks& remarks);

}  // namespace mco::ddl
