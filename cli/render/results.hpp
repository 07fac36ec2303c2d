// The block of results that most applications print (spec 0.5, "Result block").
#pragma once

#include "cli/render/colour.hpp"
#include "client/outcome.hpp"
#include "core/ddl/ddl.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// How results are written; the same for a whole run.
struct ResultStyle {
    Palette palette;
    bool verbose = false;
    std::size_t pretty_width = 79;  ///< columns for structured values
    std::size_t columns = 0;        ///< of the terminal; 0: unknown
};

/// The node blocks in the order of `results`, framed by an empty line before and after. `display`
/// decides which are shown, unless `style.verbose`, which shows all in a form of its own. Labels
/// come from `action`.
std::string result_block(const std::vector<client::Result>& results,
                         const ddl::Action& action,
                         ddl::Display display,
                         const ResultStyle& style);

/// Whether `display` lets a result through.
bool is_shown(const client::Result& result, ddl::Display display);

/// What a status that is not 0 is called, and in which colour; empty for one that has no name.
std::string_view status_word(int status);
Colour status_colour(int status);

/// The data of a reply as in a node block: a line or more for each field, by name, under the labels
/// of `action`.
std::string data_text(const Value& data, const ddl::Action& action, const ResultStyle& style);

}  // namespace mco::render
