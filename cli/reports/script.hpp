// Report scripts (spec 1.5): what `mco inventory --script` reads. The original evaluates them as
// Ruby; here they are a small language of their own.
//
//   script    = { statement }
//   statement = "puts" [ expression ]
//             | "inventory" block             with format and fields
//             | "formatted_inventory" block   with page_body, page_heading and page_length
//   block     = "do" { setting } "end" | "{" { setting } "}"
//   setting   = "format" TEXT | "fields" ( "{" expression "}" | "do" expression "end" )
//             | "page_length" NUMBER | "page_heading" TEXT | "page_body" TEXT
//
// A TEXT may be put together from literals. Settings and statements end with their line.
#pragma once

#include "cli/reports/expression.hpp"
#include "cli/reports/picture.hpp"
#include "core/error.hpp"
#include "core/value.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mco::reports {

/// What expressions call the things that are known of a node; `time` is when the report began.
inline constexpr std::array<std::string_view, 9> node_names = {"identity",
                                                               "facts",
                                                               "classes",
                                                               "agents",
                                                               "collectives",
                                                               "main_collective",
                                                               "data_plugins",
                                                               "version",
                                                               "time"};

/// `puts`: only `time` is known.
struct PrintedText {
    Expression text;
};

/// `inventory`: a line per node.
struct PrintedInventory {
    int line = 0;  ///< of the format
    std::string format;
    Expression fields;
};

/// `formatted_inventory`: a picture per node.
struct FormattedInventory {
    std::size_t page_length = 40;  ///< lines
    Picture heading;
    Picture body;
};

using Step = std::variant<PrintedText, PrintedInventory, FormattedInventory>;

struct Script {
    std::string file;
    std::vector<Step> steps;
};

/// Errors (malformed): `FILE:LINE: MESSAGE`, naming the word that was not understood. Any thread.
Expected<Script> parse_script(std::string_view text, const std::string& file);

/// A line for a node, with its end; `names` has values for node_names. Errors: `LINE: MESSAGE`.
Expected<std::string> print(const PrintedInventory& report, const Map& names);
Expected<std::string> print(const PrintedText& statement, const Map& names);

/// Puts the pictures of nodes on pages, each under a heading.
class Pages {
  public:
    /// `report` outlives this.
    explicit Pages(const FormattedInventory& report) : report_(report) {}

    /// The node's lines, below a heading if a page begins with them. Errors: `LINE: MESSAGE`.
    Expected<std::string> add(const Map& names);

  private:
    const FormattedInventory& report_;
    bool begun_ = false;
    std::size_t used_ = 0;  // lines of the page
};

}  // namespace mco::reports
