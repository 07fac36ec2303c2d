#include "client/absence.hpp"

#include "client/compose.hpp"
#include "client/waiter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mco::client {

namespace {

using std::chrono::milliseconds;

/// What no clock should differ by; nodes refuse requests somewhere beyond it.
constexpr std::chrono::seconds allowed_skew(60);

/// `3 minutes`, `1 hour`.
std::string span(milliseconds time) {
    using Unit = std::pair<std::chrono::seconds, const char*>;
    constexpr std::array<Unit, 4> units = {{{std::chrono::hours(24), "day"},
                                            {std::chrono::hours(1), "hour"},
                                            {std::chrono::minutes(1), "minute"},
                                            {std::chrono::seconds(1), "second"}}};
    const auto length = std::chrono::round<std::chrono::seconds>(std::chrono::abs(time));
    for (const auto& [unit, name] : units)
        if (length >= unit || unit.count() == 1) {
            const auto count = length / unit;
            return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
        }
    return {};
}

/// One node's case.
class Case {
  public:
    Case(const Evidence& evidence, const std::string& node) : evidence_(evidence), node_(node) {}

    Missing undiscovered() const {
        if (auto known = known_reason())
            return *std::move(known);
        return missing(Absence::timed_out,
                       "matches the filter, but answered discovery too late to be asked");
    }

    Missing not_matching() const {
        return missing(Absence::no_match, "it is there, but the filter does not match it");
    }

    Missing silent() const {
        if (evidence_.probed.contains(node_) || evidence_.unproven.contains(node_))
            if (auto known = known_reason())
                return *std::move(known);
        if (evidence_.interrupted)
            return missing(Absence::timed_out, "had not replied when the call was interrupted");
        const auto time = span(evidence_.limit);
        if (evidence_.found)
            return missing(Absence::timed_out, "matched, but did not reply within " + time);
        return missing(
            Absence::timed_out,
            fmt::format("did not reply within {}; is its agent {} active?", time, evidence_.agent));
    }

    Missing not_asked() const {
        return missing(Absence::not_asked, "not asked: the call was interrupted before its batch");
    }

    Missing unproven(const std::string& why) const {
        return missing(Absence::not_provable,
                       "something replied in its name, but nobody could prove who: " + why);
    }

  private:
    Missing missing(Absence absence, std::string text) const {
        return {node_, absence, std::move(text)};
    }

    std::optional<Missing> known_reason() const {
        if (const auto found = evidence_.unproven.find(node_); found != evidence_.unproven.end())
            return unproven(found->second);
        const auto alive = evidence_.alive.find(node_);
        if (alive == evidence_.alive.end())
            return gone();
        const auto ahead = alive->second;
        if (ahead > std::max(allowed_skew, evidence_.ttl) || -ahead > allowed_skew)
            return missing(Absence::clock_skew,
                           fmt::format("its clock is {} {} ours, so it takes requests for {}",
                                       span(ahead),
                                       ahead.count() > 0 ? "ahead of" : "behind",
                                       ahead.count() > 0 ? "expired" : "ones from the future"));
        return std::nullopt;
    }

    Missing gone() const {
        const auto seen = evidence_.seen.find(node_);
        if (seen == evidence_.seen.end())
            return missing(Absence::never_seen, "no answer; it was never seen from here");
        return missing(Absence::not_there,
                       "no answer; last seen " + ago(evidence_.now - seen->second));
    }

    const Evidence& evidence_;
    const std::string& node_;
};

}  // namespace

Explained explain(const Evidence& evidence) {
    std::map<std::string, Missing> by_name;
    Explained explained;
    const auto add = [&](Missing missing) {
        by_name.try_emplace(missing.node, std::move(missing));
    };
    for (const auto& node : evidence.not_asked)
        add(Case(evidence, node).not_asked());
    for (const auto& node : evidence.silent)
        add(Case(evidence, node).silent());
    for (const auto& node : evidence.undiscovered) {
        auto missing = Case(evidence, node).undiscovered();
        if (missing.absence != Absence::timed_out || evidence.matching.contains(node))
            add(std::move(missing));
        else if (evidence.named.contains(node))
            add(Case(evidence, node).not_matching());
        else
            explained.moved_on.push_back(node);
    }
    for (const auto& [node, why] : evidence.unproven)
        add(Case(evidence, node).unproven(why));
    for (auto& [node, missing] : by_name)
        explained.missing.push_back(std::move(missing));
    return explained;
}

std::string ago(milliseconds time) {
    return time < std::chrono::seconds(1) ? "just now" : span(time) + " ago";
}

std::string refusal(const Result& result) {
    const bool possible = result.status == 1 || result.status == 5;
    for (const auto* words : {"not authorized", "not authorised", "not be authorised"})
        if (possible && result.message.find(words) != std::string::npos)
            return result.message;
    return {};
}

bool ProbeWaiter::on_reply(const message::Reply& reply, Monotonic /*now*/) {
    alive_[reply.sender] = reply.time - clock_.now();
    awaited_.erase(reply.sender);
    return awaited_.empty();
}

}  // namespace mco::client
