// The documentation of a plug-in as `mco plugin doc` prints it (client specification §1.6).
#pragma once

#include "core/ddl/ddl.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::ddl {

/// The whole document with a newline at its end. `columns` is the width of the terminal; 0: not
/// known, then 80. Any thread.
std::string help(const Ddl& ddl, std::size_t columns);

/// `text` with `indent` spaces before every line. What stands out beyond `columns` moves to the
/// beginning of the next line, behind that line's own indentation; a word that is too long stays
/// whole. No newline at the end. Any thread.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace mco::ddl
