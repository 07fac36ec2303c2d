// What YAML that Ruby wrote means beyond the plain language, and what a general parser lets
// through: for those who read facts, reports and summaries.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mco::text {

/// The bytes that a scalar with the tag `!binary` or `!!binary` stands for; absent with another
/// tag, and where it is no base64.
std::optional<std::string> yaml_binary(std::string_view tag, std::string_view scalar);

/// Does a map with this tag stand for a text, namely its `str` (`!ruby/string:…`, `!str:…`)?
bool is_yaml_string_object(std::string_view tag);

/// A number of YAML 1.1 with a point, and with a sign in its exponent: `809e123` is a text, as for
/// Ruby.
bool is_yaml_real(std::string_view plain);

/// Does the plain key of a block map, which begins at the offset `at`, have its colon? The end of a
/// file that is half written looks like a key without one. True as well where it cannot be told.
bool has_yaml_colon(std::string_view text, std::size_t at, std::string_view key);

}  // namespace mco::text
