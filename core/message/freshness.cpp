#include "core/message/freshness.hpp"

#include <algorithm>
#include <string>

namespace mco::message {
namespace {

tl::unexpected<Rejection> reject(Gate gate, std::string reason, const Claims& claims) {
    return tl::unexpected(Rejection{gate, std::move(reason), claims.id, claims.sender});
}

std::chrono::seconds effective_ttl(const Claims& claims) {
    return std::min(claims.ttl, Freshness::longest_ttl);
}

std::string seconds(std::chrono::seconds span) {
    return std::to_string(span.count()) + " s";
}

}  // namespace

Freshness::Freshness(Skew skew, std::size_t capacity) : skew_(skew), accepted_(capacity) {}

Triaged<Request> Freshness::check(Request request, TimePoint now) {
    const auto& claims = request.claims();
    const auto ttl = effective_ttl(claims);
    if (ttl < std::chrono::seconds(0))
        return reject(Gate::malformed, "the ttl is negative", claims);
    // The legacy envelopes carry whole seconds, so both sides are cut to them. Compared, never
    // subtracted: the time is a claim and may be anything.
    const auto sent = std::chrono::floor<std::chrono::seconds>(claims.time);
    if (sent < std::chrono::floor<std::chrono::seconds>(now) - ttl - skew_.behind)
        return reject(Gate::expired, "older than its ttl of " + seconds(ttl), claims);
    if (claims.time > now + skew_.ahead)
        return reject(
            Gate::future, "more than " + seconds(skew_.ahead) + " ahead of our clock", claims);

    accepted_.forget(now);
    const auto digest = ReplayMemory::digest(claims.caller, claims.id);
    if (accepted_.contains(digest))
        return reject(Gate::replayed, "accepted before", claims);
    constexpr std::chrono::seconds rounding(1);  // of the age, above
    const auto last = claims.time + ttl + std::max(skew_.ahead, skew_.behind + rounding);
    if (!accepted_.add(digest, last))
        return reject(Gate::replayed,
                      "cannot be told from a replay: the memory of accepted requests is full",
                      claims);
    return request;
}

}  // namespace mco::message
