// The literals of the configuration and of option arguments, read as Ruby reads them (protocol
// §10.2, §10.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mco::config {

/// `1 yes true y t` and `0 no false n f`, in any case, blanks around them allowed; absent for
/// everything else.
std::optional<bool> parse_bool(std::string_view text);

/// A Ruby integer literal: sign, `0x` `0b` `0o` `0` `0d` prefixes, single underscores between
/// digits; blanks around it allowed. Absent for everything else and for what does not fit 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// A finite number: an integer literal, or decimal digits with fraction and exponent. Absent for
/// everything else.
std::optional<double> parse_real(std::string_view text);

/// Without the blanks at either end (Ruby's `strip`: white space and, at the end, NUL).
std::string_view trimmed(std::string_view text);

/// ASCII letters, digits, `_`, `.` and `-`, at least one: how identities and node names are spelt
/// (protocol §10.2).
bool is_identity(std::string_view text);

}  // namespace mco::config
