// Whose turn it is: one at a time, in the order of arrival, and few that wait.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace mco::puppet {

/// All members: any thread.
class Turns {
  public:
    explicit Turns(std::size_t most_waiting) : most_waiting_(most_waiting) {}

    /// Ends with this object.
    class Turn {
      public:
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

      private:
        friend Turns;

        Turn(Turns& turns, std::uint64_t number) : turns_(&turns), number_(number) {}

        Turns* turns_;
        std::uint64_t number_;
    };

    /// Waits for one's turn, in real time. Errors: unavailable (too many wait), timed_out.
    Expected<Turn> take(Monotonic until);

    /// Only if nobody has or awaits it.
    std::optional<Turn> take_if_free();

    /// How many wait.
    std::size_t waiting() const;

  private:
    void leave(std::uint64_t number);

    std::size_t most_waiting_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<std::uint64_t> queue_;  // the first has its turn
    std::uint64_t next_ = 0;
};

}  // namespace mco::puppet
