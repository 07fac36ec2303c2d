// What the values of a DDL file can do: the few methods and operators of Ruby that are understood.
// Internal to core/ddl.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mco::ddl {

/// `on.name(arguments)`. Errors (malformed): the method is not known, or not for such a value; they
/// name no line.
Expected<Value> call_method(const std::string& name,
                            const Value& on,
                            const std::vector<Value>& arguments);

/// `left sign right` for + - * / % ** == != =~ < > <= >=. Errors (malformed): no such operation for
/// these values, a number beyond 64 bits, division by zero, a text that becomes too long.
Expected<Value> operate(const Value& left, std::string_view sign, const Value& right);

/// `on[first]` of a list or text, nil beyond its ends; `on[key]` of a map.
Expected<Value> element(const Value& on, const Value& key);

/// `count` elements or characters of `on` from `first`, which counts from the end if negative; nil
/// if `first` is beyond the end.
Expected<Value> stretch(const Value& on, std::int64_t first, std::int64_t count);

/// How many elements or characters there are; -1 for what has none.
std::int64_t length(const Value& value);

}  // namespace mco::ddl
