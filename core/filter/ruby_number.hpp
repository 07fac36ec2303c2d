// Numbers as Ruby reads them from text. Internal to core/filter.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace mco::filter {

using Number = std::variant<std::int64_t, double>;

/// An integer literal (`12`, `-0x1f`, `0b11`, `017`, `1_000`), else a float (`1.5`, `.5`, `1e3`);
/// blanks around it do not matter. Absent for everything else. Any thread.
std::optional<Number> ruby_number(std::string_view text);

/// Integers exactly, everything else as floats.
std::partial_ordering compare(const Number& left, const Number& right);

}  // namespace mco::filter
