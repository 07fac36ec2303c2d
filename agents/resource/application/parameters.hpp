// Canonical parameters as people read them.
#pragma once

#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

/// A value as it stands in a cell: lists with commas, nil as `undef`.
std::string cell_text(const Value& value);

/// The map that a variant's JSON holds; empty if it is none.
Map parameters_of(std::string_view json);

/// A parameter, and its value in each of several variants; empty where a variant has none.
struct ParameterRow {
    std::string name;
    std::vector<std::string> values;

    bool differs() const;
};

/// Of all parameters: those that differ first, `ensure` before the others.
std::vector<ParameterRow> parameter_rows(const std::vector<Map>& variants);

}  // namespace mco::resource::application
