// Small pieces of layout shared by the screens: padding by characters, names in columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// Number of code points of UTF-8 text; a malformed byte counts as one.
std::size_t length(std::string_view text);

/// `text` filled with spaces up to `width` code points; longer text is left as it is.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

/// The lines of `text` without their ends; empty ones at the end are dropped.
std::vector<std::string_view> lines(std::string_view text);
std::vector<std::string_view> lines(std::string&& temporary) = delete;

/// Length of the longest name, at least `minimum`.
std::size_t widest(const std::vector<std::string>& names, std::size_t minimum);

/// Sorted names in rows of cells: three spaces, then ` %-Ns` for as many as fit 90 columns, N =
/// max(30, longest); the last row is padded. Each row ends with a newline.
std::string name_columns(std::vector<std::string> names);

}  // namespace mco::render
