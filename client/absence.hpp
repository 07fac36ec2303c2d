// Why a node is missing: evidence is collected after a call, and judged.
#pragma once

#include "client/missing.hpp"
#include "client/outcome.hpp"
#include "client/waiter.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mco::client {

/// Everything that is known when a call is over. Names that appear nowhere have answered.
struct Evidence {
    std::vector<std::string> undiscovered;  ///< named, or matched this filter before; not found now
    std::set<std::string> named;            ///< by the filter
    std::vector<std::string> silent;        ///< asked, but did not reply
    std::vector<std::string> not_asked;     ///< their batch was not sent
    std::map<std::string, std::string> unproven;  ///< names in which something came that nobody
                                                  ///< could prove, and why
    /// Those who answered a probe: how far their clocks are ahead of ours.
    std::map<std::string, std::chrono::milliseconds> alive;
    std::set<std::string> probed;           ///< those who were asked for a sign of life
    std::set<std::string> matching;         ///< those of the undiscovered whom the filter matches
    std::map<std::string, TimePoint> seen;  ///< when each was last seen
    TimePoint now;
    std::chrono::seconds limit{0};  ///< how long replies were awaited
    std::chrono::seconds ttl{60};   ///< of the request
    std::string agent;
    bool interrupted = false;  ///< nobody waited to the end
    bool found = true;         ///< the silent ones had been found by the filter, not named
};

/// The judgement.
struct Explained {
    std::vector<Missing> missing;       ///< by name, each node once
    std::vector<std::string> moved_on;  ///< undiscovered because the filter does not match them
                                        ///< any more: not missing
};

/// Pure.
Explained explain(const Evidence& evidence);

/// `12 minutes ago`, as the largest fitting unit says it.
std::string ago(std::chrono::milliseconds time);

/// What a refusing node says (client and agents §6): the message of a reply that was not
/// authorised, empty for any other reply.
std::string refusal(const Result& result);

/// Asking everybody again would be a flood.
constexpr std::size_t most_probed = 200;

/// Waits for signs of life of `nodes` (probe_question()), for up to `limit`.
class ProbeWaiter final : public Waiter {
  public:
    ProbeWaiter(const std::vector<std::string>& nodes,
                std::chrono::milliseconds limit,
                const system::Clock& clock)
        : awaited_(nodes.begin(), nodes.end()), limit_(limit), clock_(clock) {}

    void on_sent(Monotonic now) override { sent_ = now; }

    bool on_reply(const message::Reply& reply, Monotonic now) override;

    bool on_tick(Monotonic now) override { return now >= wake_at(); }

    Monotonic wake_at() const override { return sent_ + limit_; }

    /// Who answered, and how far each clock is ahead of ours.
    const std::map<std::string, std::chrono::milliseconds>& alive() const { return alive_; }

  private:
    std::set<std::string> awaited_;
    std::chrono::milliseconds limit_;
    const system::Clock& clock_;
    Monotonic sent_;
    std::map<std::string, std::chrono::milliseconds> alive_;
};

}  // namespace mco::client
