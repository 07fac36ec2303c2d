// Perl's `format` pictures, which formatted reports are drawn with (spec 1.5). A picture is lines
// of text. A line that holds fields is followed by a line with their values, separated by commas:
//
//   @<<<<  left    @>>>>  right    @||||  in the middle    @  one character
//   @##.##  a number with so many places    @*  the whole value, over as many lines as it has
//
// A field is as wide as its signs together, and cuts off what does not fit and what follows the end
// of the value's first line. A number that does not fit becomes a row of `#`; what is none stands
// to the right as text. Lines of output have no blanks at their end.
#pragma once

#include "cli/reports/expression.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::reports {

/// A stretch of a picture's line.
struct Mark {
    enum class Kind { text, left, right, middle, number, whole };
    Kind kind = Kind::text;
    std::string text;        ///< of Kind::text
    std::size_t width = 0;   ///< of a field
    std::size_t places = 0;  ///< of a number
};

struct PictureLine {
    int line = 0;
    std::vector<Mark> marks;
    std::vector<Expression> values;  ///< one per field
};

using Picture = std::vector<PictureLine>;

/// `text` begins at `first_line` of its file. Errors (malformed): `LINE: MESSAGE`.
Expected<Picture> parse_picture(std::string_view text, int first_line, Names known);

/// The lines of output, each with its end. Errors (invalid): `LINE: MESSAGE`, as Evaluation has
/// them.
Expected<std::string> draw(const Picture& picture, const Map& names);

}  // namespace mco::reports
