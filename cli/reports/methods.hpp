// The methods that expressions of report scripts may call. Internal to client/reports.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::reports {

struct Method {
    std::string_view name;
    std::size_t least = 0;  ///< arguments
    std::size_t most = 0;
    /// Errors (invalid, without a message): `on` is of a kind that has no such method.
    Expected<Value> (*call)(const Value& on, const std::vector<const Value*>& arguments);
};

/// Null if there is none of that name.
const Method* find_method(std::string_view name);

/// For "did you mean".
std::vector<std::string> method_names();

/// Neither nil nor false, as in Ruby.
bool is_true(const Value& value);

}  // namespace mco::reports
