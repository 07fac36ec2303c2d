// How much work one request's filter may cause: whoever sends it chooses the patterns, and the
// thread that judges it has others to serve.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <chrono>
#include <string_view>

namespace mco::filter {

/// While it lives, all searches of this thread together may take so long, as the processor counts
/// it, and each of them fewer steps than usual. It is bound to the thread, and no argument of every
/// function on the way to a search, because nothing else ever judges on its behalf. One at a time.
class Effort {
  public:
    static constexpr std::chrono::milliseconds usual{5};

    explicit Effort(std::chrono::nanoseconds allowed = usual);
    ~Effort();
    Effort(const Effort&) = delete;
    Effort& operator=(const Effort&) = delete;

    /// Whether there is one on this thread.
    static bool is_limited();

    /// Errors (limit): the time is used up; `what` is being searched for. Fine without an Effort.
    static Expected<void> check(std::string_view what);

  private:
    std::chrono::nanoseconds until_;  // of the thread's own processor time
};

/// Bounds on the number of tests and patterns in a filter. Errors: limit.
Expected<void> check_size(const Filter& filter);

}  // namespace mco::filter
