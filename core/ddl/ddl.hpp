// Declarations of plug-ins (protocol §11) as plain data: they drive validation, conversion, help
// and aggregation.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mco::ddl {

struct Metadata {
    std::string name, description, author, license, version, url;
    int timeout = 10;  ///< seconds an action may take
};

/// How a string input is checked: a pattern, or the name of a validator such as shellsafe.
struct Pattern {
    std::string source;
    std::uint8_t options = 0;  ///< as in mco::Regexp
    bool regexp =
        false;  ///< written as /…/, and shown as Ruby shows those; otherwise it was a string
    bool operator==(const Pattern&) const = default;
};

struct ValidatorName {
    std::string name;
    bool operator==(const ValidatorName&) const = default;
};

using Validation = std::variant<std::monostate, Pattern, ValidatorName>;

struct Input {
    std::string name;
    std::string prompt, description;
    /// string list integer float number boolean array hash any, or a validator's name
    std::string type;
    bool optional = false;
    Value default_value;        ///< nil: none
    Validation validation;      ///< for strings
    std::size_t maxlength = 0;  ///< characters, 0: unlimited
    std::vector<Value> list;    ///< members, for type list and for strings validated by a list
};

struct Output {
    std::string name;
    std::string description, display_as;
    Value default_value;
};

struct Aggregate {
    std::string function;  ///< summary, sum, average, boolean_summary, …
    std::string output;
    Map options;                        ///< e.g. titles of boolean_summary
    std::optional<std::string> format;  ///< printf-like
};

enum class Display { ok, failed, always, flatten };

struct Action {
    std::string name, description;
    Display display = Display::failed;
    bool changes = true;        ///< `:changes => false`: it only looks (an addition of ours, as the
                                ///< next one: others pass it over)
    bool other_inputs = false;  ///< `:other_inputs => true`: takes inputs that it does not declare
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    std::vector<Aggregate> aggregates;

    const Input* input(std::string_view wanted) const;
    const Output* output(std::string_view wanted) const;
};

enum class Kind { agent, data, discovery, validator, aggregate, connector };

struct Ddl {
    Kind kind = Kind::agent;
    Metadata metadata;
    std::string usage;
    std::string requires_version;  ///< of `requires :mcollective`; empty: none
    std::vector<Action> actions;   ///< in file order; for Kind::data the one query, named "data"
    std::vector<std::string> capabilities;  ///< Kind::discovery
    /// What of the file has no meaning here and was passed over: `line 7: …`, in that order.
    std::vector<std::string> notes;

    const Action* action(std::string_view wanted) const;
};

/// Reads a DDL file's text. `file` is only for messages, which read FILE:LINE: …. Nothing in the
/// text is executed: the subset of Ruby in protocol §11.1 and what more other people's files are
/// known to use (mcollective-ddl(5)) is parsed, everything else passed over with a note or refused.
Expected<Ddl> parse(std::string_view text, std::string_view file, Kind kind);

}  // namespace mco::ddl
