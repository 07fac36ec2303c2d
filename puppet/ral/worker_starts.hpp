// Starts that fail one after another, so that nobody tries for ever (resources §1).
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <deque>
#include <optional>

namespace mco::puppet {

class FailedStarts {
  public:
    void note(Error error, Monotonic now);

    void forget() { times_.clear(); }

    /// After three within a minute: the error of the last one, for ten seconds.
    std::optional<Error> answer(Monotonic now) const;

  private:
    std::deque<Monotonic> times_;  // of the last three
    Error last_;
};

}  // namespace mco::puppet
