// The last line of a terminal, written over again and again while something goes on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::render {

class LiveLine {
  public:
    /// `columns` of the terminal; 0: unknown.
    explicit LiveLine(std::size_t columns);

    /// What replaces the line that stands there by `text`, cut to the terminal; empty when it is
    /// the same. It begins with a carriage return, and the cursor stays behind it.
    std::string draw(std::string_view text);

    /// What blanks it, before something else is printed in its place; empty when there is none. A
    /// carriage return has to follow, in a piece of its own as screens want it.
    std::string clear();

  private:
    std::size_t width_;
    std::string shown_;
};

}  // namespace mco::render
