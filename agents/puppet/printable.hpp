// Text of programs made safe to show: what Puppet prints holds file contents and whatever commands
// wrote.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::puppet {

/// `line` without terminal escape sequences and control characters; a tab becomes a blank, a byte
/// that is no UTF-8 becomes U+FFFD.
std::string printable(std::string_view line);

/// The same of a text of several lines, joined by blanks, with an ellipsis after `limit` bytes.
std::string printable_line(std::string_view text, std::size_t limit);

}  // namespace mco::puppet
