#include "core/message/freshness.hpp"

#include <openssl/sha.h>

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

Freshness::Freshness(Skew skew, std::size_t capacity) : skew_(skew), capacity_(capacity) {}

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

    forget(now);
    const bool known = accepted_.contains(digest(claims));
    if (known)
        return reject(Gate::replayed, "accepted before", claims);
    if (!remember(claims))
        return reject(Gate::replayed,
                      "cannot be told from a replay: the memory of accepted requests is full",
                      claims);
    return request;
}

Freshness::Digest Freshness::digest(const Claims& claims) {
    const auto text = std::to_string(claims.caller.size()) + ':' + claims.caller + claims.id;
    Digest result;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data());
    return result;
}

void Freshness::forget(TimePoint now) {
    const auto live = expiry_.lower_bound(now);
    for (auto entry = expiry_.begin(); entry != live; ++entry)
        accepted_.erase(entry->second);
    expiry_.erase(expiry_.begin(), live);
}

bool Freshness::remember(const Claims& claims) {
    if (accepted_.size() >= capacity_)
        return false;
    constexpr std::chrono::seconds rounding(1);  // of the age, above
    const auto until =
        claims.time + effective_ttl(claims) + std::max(skew_.ahead, skew_.behind + rounding);
    expiry_.emplace(until, accepted_.insert(digest(claims)).first);
    return true;
}

}  // namespace mco::message
