// Why a node is missing: evidence is collected after a call, and judged.
#pragma once

#include "client/missing.hpp"
#include "client/outcome.hpp"
#include "client/session.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/time.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mco::client {

/// Everything that is known when a call is over. Names that appear nowhere have answered.
struct Evidence {
    std::vector<std::string> undiscovered;       ///< matched this filter before, were not found now
    std::vector<std::string> silent;             ///< asked, but did not reply
    std::vector<std::string> not_asked;          ///< their batch was not sent
    std::map<std::string, std::string> refused;  ///< those who may not, with what they said
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

/// Asks whether `nodes` are there, whatever their clocks say, for up to `limit`. Who answers, and
/// how far each clock is ahead of ours. Errors: those of the session.
Expected<std::map<std::string, std::chrono::milliseconds>> probe(
    Session& session,
    const filter::Filter& filter,
    const std::string& collective,
    const std::vector<std::string>& nodes,
    std::chrono::milliseconds limit);

}  // namespace mco::client
