// What the broker holds in memory for all its peers together: messages that wait for their readers,
// and frames that are not complete yet. Bounded: who held most for longest has to go.
#pragma once

#include "broker/message.hpp"

#include <cstddef>
#include <string>
#include <unordered_set>

namespace mco::broker {

/// I/O thread only. It outlives the bytes that it keeps.
class Backlog {
  public:
    /// One for whom something is held. It enters and leaves by itself.
    class Holder {
      public:
        Holder() = default;
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;
        virtual ~Holder() = default;
        /// Bytes times the seconds for which they have been held; 0 for none.
        virtual double burden(Monotonic now) const = 0;
        /// Lets go of everything. Must neither enter nor leave.
        virtual void give_up() = 0;
    };

    /// `limit` in bytes.
    explicit Backlog(std::size_t limit) : limit_(limit) {}

    /// Counted until its last owner lets it go: a message for ten thousand readers counts once.
    Bytes keep(std::string text);

    /// What is held elsewhere, in a parser, grew or shrank.
    void replace(std::size_t before, std::size_t after) { bytes_ = bytes_ - before + after; }

    void enter(Holder& holder) { holders_.insert(&holder); }

    void leave(Holder& holder) { holders_.erase(&holder); }

    /// If more is held than the limit allows, the heaviest burdens are given up until there is room
    /// again. Returns how many.
    std::size_t relieve(Monotonic now);

    std::size_t bytes() const { return bytes_; }

  private:
    std::size_t limit_;
    std::size_t bytes_ = 0;
    std::unordered_set<Holder*> holders_;
};

}  // namespace mco::broker
