// Counts how often values were seen, for the aggregates that list them. Internal to core/ddl.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mco::ddl {

/// Values of different types differ: the number 7 is not the text "7".
class Tally {
  public:
    void add(const Value& value, std::int64_t times = 1);

    /// What Ruby calls the length of the longest key: of text its characters, of a list or map its
    /// elements.
    std::size_t widest_key() const;

    /// A line for each value, `format` filled with the value and its count. The most frequent
    /// first; among equals the one that was first seen last (trap T19). Errors: those of
    /// ruby::format().
    Expected<std::string> text(std::string_view format) const;

  private:
    std::vector<std::pair<Value, std::int64_t>> counts_;  // in the order of first sight
    std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace mco::ddl
