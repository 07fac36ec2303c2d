#include "core/message/freshness.hpp"

#include <algorithm>
#include <string>

namespace mco::message {
namespace {

tl::unexpected<Rejection> reject(Gate gate, std::string reason, const Claims& claims) {
    return tl::unexpected(Rejection{gate, std::move(reason), claims.id, claims.sender});
}

bool is_ping(const Claims& claims) {
    return claims.agent == "discovery";
}

std::chrono::seconds effective_ttl(const Claims& claims) {
    return std::min(claims.ttl,
                    is_ping(claims) ? Freshness::longest_ttl_of_pings : Freshness::longest_ttl);
}

std::string seconds(std::chrono::seconds span) {
    return std::to_string(span.count()) + " s";
}

}  // namespace

Freshness::Freshness(Skew skew, std::size_t capacity)
    : skew_(skew), capacity_(capacity), accepted_(capacity) {}

Triaged<Request> Freshness::check(Request request, TimePoint now) const {
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
    return request;
}

Triaged<void> Freshness::accept(const Request& request, TimePoint now) {
    const auto& claims = request.claims();
    forget(now);
    const auto digest = ReplayMemory::digest(claims.caller, claims.id);
    if (accepted_.contains(digest))
        return reject(Gate::replayed, "accepted before", claims);
    std::size_t kept = 0;
    if (const auto known = by_caller_.find(claims.caller); known != by_caller_.end())
        for (const auto& [until, count] : known->second)
            kept += count;
    if (kept >= quota())
        return reject(Gate::replayed,
                      "cannot be told from a replay: its caller has as many requests in the memory "
                      "of accepted ones as one may",
                      claims);
    constexpr std::chrono::seconds rounding(1);  // of the age, in check()
    const auto skew = std::max(skew_.ahead, skew_.behind + rounding);
    auto last = claims.time + effective_ttl(claims) + skew;
    if (is_ping(claims))
        last = std::min(last, now + longest_ttl);
    if (!accepted_.add(digest, last))
        return reject(Gate::replayed,
                      "cannot be told from a replay: the memory of accepted requests is full",
                      claims);
    ++by_caller_[claims.caller][std::chrono::ceil<std::chrono::seconds>(last)];
    if (on_accepted)
        on_accepted(digest, last);
    return {};
}

void Freshness::recall(const ReplayMemory::Digest& digest, TimePoint until) {
    if (!accepted_.contains(digest))
        accepted_.add(digest, until);
}

std::size_t Freshness::quota() const {
    constexpr std::size_t callers = 4;
    return (capacity_ + callers - 1) / callers;
}

void Freshness::forget(TimePoint now) {
    accepted_.forget(now);
    if (now - forgotten_ < std::chrono::seconds(1) && now >= forgotten_)
        return;
    forgotten_ = now;
    for (auto& [caller, times] : by_caller_)
        times.erase(times.begin(), times.lower_bound(now));
    std::erase_if(by_caller_, [](const auto& one) { return one.second.empty(); });
}

}  // namespace mco::message
