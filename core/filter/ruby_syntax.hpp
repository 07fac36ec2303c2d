// Rewrites a Ruby regular expression into the PCRE2 expression of the same meaning. Internal to
// core/filter.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::filter {

/// `extended`: the pattern starts in free-spacing mode, where comments are skipped. Fails with
/// `malformed` and a reason (without the pattern) on constructs that PCRE2 would read differently
/// and that cannot be rewritten.
Expected<std::string> to_pcre2(std::string_view ruby, bool extended);

}  // namespace mco::filter
