// The block of results that most applications print (spec 0.5, "Result block").
#pragma once

#include "client/outcome.hpp"
#include "client/render/colour.hpp"
#include "core/ddl/ddl.hpp"

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
};

/// The node blocks in the order of `results`, framed by an empty line before and after. `display`
/// decides which are shown, unless `style.verbose`, which shows all in a form of its own. Labels
/// come from `action`.
std::string result_block(const std::vector<client::Result>& results,
                         const ddl::Action& action,
                         ddl::Display display,
                         const ResultStyle& style);

/// A JSON array with one object per result, newline at the end; `indented` for readers, otherwise
/// on one line.
std::string result_json(const std::vector<client::Result>& results,
                        std::string_view agent,
                        std::string_view action,
                        bool indented);

}  // namespace mco::render
