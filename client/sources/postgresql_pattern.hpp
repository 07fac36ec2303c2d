// Patterns for PostgreSQL, which is what PuppetDB searches with. Internal to client/sources.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mco::client {

enum class LetterCase { exact, any };

/// `ruby` as PostgreSQL's regular expression that finds at least as much, with its options in
/// front: `^` and `$` go by lines, as in Ruby. Absent when it holds something that the two dialects
/// do not have in common, such as look-around.
std::optional<std::string> postgresql_pattern(std::string_view ruby,
                                              LetterCase letters = LetterCase::exact);

/// A regular expression, PostgreSQL's and Perl's, that matches `text` and nothing else where it is
/// anchored.
std::string pattern_quoted(std::string_view text);

}  // namespace mco::client
