// A class, agent or identity entry of a filter (protocol §7.2). Internal to core/filter.
#pragma once

#include "core/error.hpp"
#include "core/filter/pattern.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::filter {

/// One entry, ready to be held against names: a literal, or a pattern where a line of it begins
/// with a slash. Any thread.
class NameTest {
  public:
    /// Errors: those of Pattern::compile().
    static Expected<NameTest> from(const std::string& entry);

    /// Errors: those of Pattern::search(), here and below.
    Expected<bool> fits(std::string_view name) const;
    Expected<bool> fits_any(const std::vector<std::string>& names) const;

  private:
    NameTest(std::string literal, std::optional<Pattern> pattern);

    std::string literal_;
    std::optional<Pattern> pattern_;
};

}  // namespace mco::filter
