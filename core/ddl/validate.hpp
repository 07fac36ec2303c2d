// Inputs against their declaration (protocol §11.4), and what is filled in on either side.
#pragma once

#include "core/ddl/ddl.hpp"

#include <string_view>

namespace mco::ddl {

/// The action, if `agent` declares it and `inputs` (by name) satisfy it: every required input is
/// there, and every declared one that is there is acceptable. Inputs that are not declared are not
/// looked at. Errors: not_found for an unknown action, invalid with `Cannot validate input KEY:
/// REASON` and the like. The action lives as long as `ddl`. Any thread.
Expected<const Action*> validate(const Ddl& ddl,
                                 std::string_view agent,
                                 std::string_view action,
                                 const Map& inputs);

/// One value that was given for `input`; the error reads `Cannot validate input KEY: REASON`. Any
/// thread.
Expected<void> validate(const Input& input, const Value& value);

/// What a user typed for `input` as a value of its type (protocol §11.5): booleans and numbers are
/// recognised, lists and hashes are read as JSON, everything else stays a string. Does not
/// validate. Any thread.
Expected<Value> convert(const Input& input, std::string_view text);

/// Client side: adds the defaults of required inputs that are absent. Never to be used on a node.
/// Any thread.
void apply_defaults(const Action& action, Map& inputs);

/// Node side: puts all declared outputs first, in their order, with their defaults where `data` has
/// nothing. Any thread.
void fill_outputs(const Action& action, Map& data);

/// Is the version `running` the version `wanted` or newer (protocol §11.6)? Any thread.
bool version_at_least(std::string_view running, std::string_view wanted);

}  // namespace mco::ddl
