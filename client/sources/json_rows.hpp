// A JSON array of objects, cut into its elements while it arrives: the answer about all nodes of a
// site need not fit into memory. Internal to client/sources.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mco::client {

class JsonRows {
  public:
    static constexpr std::size_t longest_row = std::size_t{4} << 20;  // bytes
    static constexpr std::size_t most_rows = 2'000'000;

    /// What is done with each element. Its errors end the reading.
    using Use = std::function<Expected<void>(const Value& row)>;

    explicit JsonRows(Use use) : use_(std::move(use)) {}

    /// More of the text, cut anywhere. After an error there may be no more. Errors: malformed,
    /// limit, those of `use`.
    Expected<void> feed(std::string_view bytes);

    /// Errors: malformed, when the array has not ended.
    Expected<void> finish() const;

  private:
    enum class State { before, first, between, next, row, after };

    Expected<void> take(char c);
    Expected<void> take_in_row(char c);
    void follow(char c);

    Use use_;
    State state_ = State::before;
    std::string row_;
    std::size_t rows_ = 0;
    std::size_t depth_ = 0;  // brackets open within the row
    bool in_text_ = false;
    bool escaped_ = false;
};

}  // namespace mco::client
