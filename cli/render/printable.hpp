// What others say, so that it can be shown: a terminal obeys none of it.
#pragma once

#include "client/outcome.hpp"

#include <string>
#include <string_view>

namespace mco::render {

/// Control characters, marks of direction and ill-formed bytes as escapes; line ends and tabs stay.
std::string printable(std::string_view text);

/// The same for everything that a node said in its reply, names of data included.
void make_printable(client::Result& result);

/// The same for what was made of replies: sums, and reasons why a node is missing.
void make_printable(client::Outcome& outcome);

/// The last gate before a stream: as printable(), but lets the colours of our own palette pass, and
/// a carriage return at the beginning, as progress bars have it. JSON stays JSON.
std::string screen_text(std::string_view text);

}  // namespace mco::render
