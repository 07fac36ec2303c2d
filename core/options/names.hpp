// Finds options by their possibly abbreviated names. Used by parser.cpp only.
#pragma once

#include "core/options/option_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::options {

/// A name that an option answers to.
struct Name {
    std::string text;  ///< lower case, dashes for underscores
    const OptionSpec* spec = nullptr;
    bool on = true;
};

struct Match {
    const Name* name = nullptr;  ///< null: none
    bool ambiguous = false;
};

/// The names of all options; `specs` outlives it.
class Names {
  public:
    explicit Names(const std::vector<OptionSpec>& specs);

    /// Null when no option has this letter.
    const OptionSpec* find_short(char letter) const;

    /// The option with exactly this name, or the only one abbreviated by it. Every dash-separated
    /// part may be cut short, and of several names the one that all others begin with is meant.
    Match find_long(std::string_view key, bool ignore_case) const;

  private:
    const std::vector<OptionSpec>& specs_;
    std::vector<Name> longs_;
};

}  // namespace mco::options
