// A resource as Puppet's Resource Abstraction Layer describes it (resources §4).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::ral {

struct Resource {
    std::string type;  ///< lower case: `user`, `apache::vhost`
    std::string title;
    /// By name, in Puppet's order: texts, numbers, booleans, nil, lists and maps of them.
    Map parameters;
    std::vector<std::string> tags;
    bool exported = false;

    bool operator==(const Resource&) const = default;

    /// `Type[title]`, as Puppet writes it.
    std::string reference() const;
};

/// Whether it can be a type's name: `\A[A-Za-z]\w*(::\w+)*\z`. Anything else would be a path that
/// Puppet's autoloader executes (resources §2, trap 1).
bool is_type_name(std::string_view name);

/// A type's name as code has it: ASCII letters in lower case, the rest as it is.
std::string in_lower_case(std::string_view type);

/// `apache::vhost` as `Apache::Vhost`.
std::string capitalized(std::string_view type);

/// What stands in texts for bytes that are not UTF-8 (resources §2, trap 6): U+FFFD.
constexpr std::string_view scrubbed_mark = "\xef\xbf\xbd";

/// Whether bytes were lost in a text of the value: such a value is shown, and never written to a
/// node.
bool is_scrubbed(const Value& value);

/// As the agent puppetral 1.0 answers it: exported, title, parameters, tags, type (capitalised).
Value to_value(const Resource& resource);

/// Reads that form, of nodes of either kind; tags and exported may be missing, the type is made
/// lower case, symbols become texts. Errors: malformed, saying what is missing.
Expected<Resource> read_resource(const Value& value);

}  // namespace mco::ral
