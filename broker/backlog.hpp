// What the broker holds in memory for all its peers together: messages that wait for their readers,
// and frames that are not complete yet. Bounded: who held most for longest has to go.
#pragma once

#include "broker/message.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

namespace mco::broker {

/// I/O thread only. It outlives the bytes that it keeps.
class Backlog {
  public:
    /// What somebody costs the others.
    struct Burden {
        std::string_view account;  ///< empty for who is not logged in
        double weight = 0;  ///< bytes times the seconds until they can be expected to be gone
    };

    /// One for whom something is held. It enters and leaves by itself.
    class Holder {
      public:
        Holder() = default;
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;
        virtual ~Holder() = default;
        virtual Burden burden(Monotonic now) const = 0;
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

    /// If more is held than the limit allows, somebody is given up until there is room again: first
    /// who is not logged in, then those of the account that weighs most in all, the heaviest first.
    /// Returns how many.
    std::size_t relieve(Monotonic now);

    std::size_t bytes() const { return bytes_; }

  private:
    std::size_t limit_;
    std::size_t bytes_ = 0;
    std::unordered_set<Holder*> holders_;
};

}  // namespace mco::broker
