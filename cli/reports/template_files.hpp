// Templates from files.
#pragma once

#include "cli/reports/template.hpp"

#include <string>

namespace mco::reports {

/// The template `file` and the partials it names: `{{>row}}` is `row.mustache` in the same
/// directory, and nowhere else. Errors: `FILE:LINE: MESSAGE` for what is wrong in a file, also when
/// a partial cannot be read or includes itself; what read_file() says of the first one.
Expected<Templates> load_templates(const std::string& file);

}  // namespace mco::reports
