// Accepts every request once and in time: the ttl, the clock skew and the ids accepted lately
// (design D2, protocol §9.2).
#pragma once

#include "core/message/message.hpp"
#include "core/message/rejection.hpp"
#include "core/message/replay_memory.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace mco::message {

class Freshness {
  public:
    /// Nobody's claimed ttl counts for more than this: else one caller could fill the memory for
    /// years. Pings may be older, for nodes whose clock is wrong; to answer one again does no harm,
    /// so they are not remembered for longer either.
    static constexpr std::chrono::seconds longest_ttl = std::chrono::hours(1);
    static constexpr std::chrono::seconds longest_ttl_of_pings = std::chrono::hours(24);

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
    /// seconds; equal is fine) nor further ahead than the skew. Gates: expired, future, and
    /// malformed for a negative ttl. I/O thread only.
    Triaged<Request> check(Request request, TimePoint now) const;

    /// Accepts a request that passed, once: if its caller's id was not accepted before, it is
    /// remembered for as long as it could pass again. To be asked when it is known that the request
    /// is for this node, or requests for others would fill the memory. Gate: replayed, also while
    /// the caller has as many in the memory as one may, or the memory is full. I/O thread only.
    Triaged<void> accept(const Request& request, TimePoint now);

    /// As if a request with this digest had been accepted: what an earlier process wrote down.
    void recall(const ReplayMemory::Digest& digest, TimePoint until);

    /// Called for everything that is accepted, with how long it has to be known.
    std::function<void(const ReplayMemory::Digest& digest, TimePoint until)> on_accepted;

    std::size_t remembered() const { return accepted_.size(); }

  private:
    /// A part of the memory, so that one caller cannot fill it for all others.
    std::size_t quota() const;
    void forget(TimePoint now);

    Skew skew_;
    std::size_t capacity_;
    ReplayMemory accepted_;
    /// Accepted requests of each caller, by the second in which they need not be known any more.
    std::map<std::string, std::map<TimePoint, std::size_t>, std::less<>> by_caller_;
    TimePoint forgotten_;  // when by_caller_ was last gone through
};

}  // namespace mco::message
