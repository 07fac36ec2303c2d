// Lines and words of what programs print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mco::package {

/// Without their ends; an empty one at the end is left out. They point into `text`.
std::vector<std::string_view> lines_of(std::string_view text);

/// What stands between blanks, tabs and line ends.
std::vector<std::string_view> words_of(std::string_view line);

/// What stands between separators, without the blanks around it.
std::vector<std::string_view> columns_of(std::string_view line, char separator);

/// Without blanks, tabs and line ends at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace mco::package
