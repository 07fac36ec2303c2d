// Accepts every request once and in time: the ttl, the clock skew and the ids accepted lately
// (design D2, protocol §9.2).
#pragma once

#include "core/message/message.hpp"
#include "core/message/rejection.hpp"
#include "core/message/replay_memory.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>

namespace mco::message {

class Freshness {
  public:
    /// Nobody's claimed ttl counts for more than this: else one caller could fill the memory for
    /// years.
    static constexpr std::chrono::seconds longest_ttl = std::chrono::hours(24);

    /// How far a sender's clock may differ from ours. The legacy providers allow none behind: the
    /// original does not either.
    struct Skew {
        std::chrono::seconds ahead{60};
        std::chrono::seconds behind{0};
    };

    Freshness() : Freshness(Skew()) {}

    /// `capacity`: requests remembered, about 25 bytes each.
    explicit Freshness(Skew skew, std::size_t capacity = 65'536);

    /// Passes the request on if it is neither older than its ttl and the skew (counted in whole
    /// seconds; equal is fine) nor further ahead than the skew, and if its caller's id was not
    /// accepted before. Then it is remembered for as long as it could pass again. Gates: expired,
    /// future, replayed, and malformed for a negative ttl. While the memory is full of requests
    /// that could still pass, everything new is refused as replayed. I/O thread only.
    Triaged<Request> check(Request request, TimePoint now);

    std::size_t remembered() const { return accepted_.size(); }

  private:
    Skew skew_;
    ReplayMemory accepted_;
};

}  // namespace mco::message
