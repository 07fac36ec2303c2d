// The `:key => value` properties of inputs, outputs and metadata, made into the fields of ddl.hpp.
// Internal to core/ddl.
#pragma once

#include "core/ddl/ddl.hpp"

namespace mco::ddl {

/// All of these: `where` is the line of the statement, and errors begin with it.
Expected<Metadata> metadata_from(const Map& properties, int where);
/// `agent_input`: inputs of agents must also say whether they are optional.
Expected<Input> input_from(std::string name, const Map& properties, bool agent_input, int where);
Expected<Output> output_from(std::string name, const Map& properties, int where);
/// `fn(:output, {options})`, and the format that may stand behind it.
Expected<Aggregate> aggregate_from(std::string function,
                                   const Array& arguments,
                                   const Map& format,
                                   int where);

}  // namespace mco::ddl
