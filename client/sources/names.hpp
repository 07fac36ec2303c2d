// Names of nodes that were written by others: checked, counted, each once. Internal to
// client/sources.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mco::client {

class NameList {
  public:
    static constexpr std::size_t most = 250'000;

    /// Adds a name unless it is there. `place` says where it stood. Errors: invalid (no identity),
    /// limit.
    Expected<void> add(std::string_view name, std::string_view place);

    /// In the order of adding.
    const std::vector<std::string>& names() const { return names_; }

    /// What the identity filters select (client and agents §2.2): any of them is enough. Plain ones
    /// in their own order, what fits a /pattern/ in the order of the list; all names when there is
    /// no filter. Errors: those of patterns.
    Expected<std::vector<std::string>> select(const std::vector<std::string>& identities) const;

  private:
    std::vector<std::string> names_;
    std::unordered_set<std::string> known_;  // the same names
};

/// Names one a line: blanks around them go, empty lines and those that begin with '#' are skipped.
/// `place` is the name of the file. Errors: those of NameList::add(), with the line.
Expected<NameList> names_in_text(std::string_view text, std::string_view place);

/// What other commands print: an array of JSON objects, or one object a line, each with `sender` or
/// `certname`; `sender` wins. What `mco` prints about nodes that are missing and in summary is
/// skipped. Errors: malformed, and those of NameList::add(), with the line or the
/// number of the element.
Expected<NameList> names_in_json(std::string_view text, std::string_view place);

}  // namespace mco::client
