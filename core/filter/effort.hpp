// How much work one request's filter may cause: whoever sends it chooses the patterns, and the
// thread that judges it has others to serve.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <chrono>
#include <string_view>

namespace mco::filter {

/// While it lives, compiling and searching on this thread may take so long in all, as the processor
/// counts it, and each search fewer steps than usual. It is bound to the thread, and no argument of
/// every function on the way to a search, because nothing else ever judges on its behalf. One at a
/// time.
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

    /// The time from its beginning to its end is work on a pattern.
    class Charge {
      public:
        Charge();
        ~Charge();
        Charge(const Charge&) = delete;
        Charge& operator=(const Charge&) = delete;

      private:
        std::chrono::nanoseconds begun_{0};
    };

  private:
    std::chrono::nanoseconds left_;
};

/// Bounds on the number of tests and patterns in a filter. Errors: limit.
Expected<void> check_size(const Filter& filter);

}  // namespace mco::filter
