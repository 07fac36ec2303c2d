// Report templates in the Mustache language (docs/reports.md). Reading is left to a library;
// filling is ours, because the library prints nothing for false, leaves an empty line for a section
// that is skipped, and copies all data at every level.
//
// Beyond Mustache: `{{#-first}}`, `{{#-last}}` and `{{-index}}` within lists, a list prints as its
// elements with commas between them, a hash as JSON.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mco::reports {

struct Part {
    enum class Kind { text, variable, raw, section, inverted, partial };
    Kind kind = Kind::text;
    std::string text;  ///< or the name
    int line = 0;
    std::vector<Part> parts;  ///< of a section
};

using Template = std::vector<Part>;

/// A template and all that it includes, directly or not, by name. No template includes itself.
struct Templates {
    Template main;
    std::map<std::string, Template> partials;
};

/// Errors (malformed, limit): `FILE:LINE: MESSAGE`. Any thread.
Expected<Template> parse_template(const std::string& text, const std::string& file);

/// What is done to values, but not to those in three braces, so that they stay what they are within
/// the kind of document that the report is.
enum class Escape {
    none,
    html,      ///< & < > " '
    csv,       ///< quotation marks are doubled: the template has to set some around the value
    markdown,  ///< what Markdown takes for its own, ends of line become blanks
    json,      ///< as within a JSON string
};

/// By the template's name: the ending before `.mustache`, or the last one. HTML for those unknown.
Escape escape_of(std::string_view file);

/// True if `name` is asked for anywhere, alone or as the first word before a dot.
bool mentions(const Templates& templates, std::string_view name);

/// The report. What is not there prints as nothing. Any thread.
std::string fill(const Templates& templates, const Value& data, Escape escape);

}  // namespace mco::reports
