// The options of `mco resource` (resources §6, §7), read and checked.
#pragma once

#include "client/resources/clone_plan.hpp"
#include "client/rollout/allowed_failures.hpp"
#include "core/error.hpp"
#include "core/filter/pattern.hpp"
#include "core/options/parser.hpp"
#include "core/value.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

enum class SortBy { name, nodes, variants, similarity };

/// How resources are chosen and shown.
struct Choices {
    SortBy sort = SortBy::name;
    bool differing = false;  ///< only titles that are not the same on all nodes
    std::optional<std::size_t> rows;
    std::optional<filter::Pattern> match;  ///< of the title
    bool all_providers = false;
    bool ids = false;
    bool show_nodes = false;

    /// Of so many rows.
    std::size_t shown(std::size_t all) const { return std::min(all, rows.value_or(all)); }

    /// Errors: limit, naming the pattern.
    Expected<bool> lets_through(std::string_view title) const;
};

/// How a resource is cloned.
struct CloneChoices {
    std::string source;
    client::CloneWish wish;
    client::AllowedFailures max_failures;
    bool anyway = false;  ///< also to those who did not answer the preview
};

std::vector<options::OptionSpec> own_options();

/// Refuses options that `command` knows nothing of. Errors: invalid.
Expected<void> check_options(const options::Parsed& parsed, std::string_view command);

/// Errors (invalid, malformed): a value that makes no sense.
Expected<Choices> read_choices(const options::Parsed& parsed);
Expected<CloneChoices> read_clone_choices(const options::Parsed& parsed);

/// A type as somebody typed it, in lower case. Errors: invalid.
Expected<std::string> read_type(const std::string& word);

/// Errors: invalid when it is empty or longer than nodes take.
Expected<std::string> read_title(const std::string& word);

/// `name=value` words, and those of --string: a value that is JSON of a list, a map or a boolean is
/// one, anything else and all of --string are text (resources §2, trap 24). Errors: invalid.
Expected<Map> read_parameters(const std::vector<std::string>& words,
                              const std::vector<std::string>& texts);

}  // namespace mco::resource::application
