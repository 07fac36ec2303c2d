// After a call: who is missing, and why. Asks the nodes once more where that helps.
#pragma once

#include "client/call.hpp"
#include "client/call_settings.hpp"
#include "client/estate.hpp"
#include "client/missing.hpp"
#include "client/outcome.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// What was asked of whom.
struct Asked {
    const filter::Filter& filter;
    std::string_view agent;
    const Targets& targets;
    std::chrono::seconds limit{0};  ///< for replies
    std::chrono::seconds ttl{60};
};

/// Every node that was expected and from which no answer came that counts, by name, each with what
/// is known. Remembers who was seen. When something is missing it costs the time of a probe, at
/// most a second; a probe that fails leaves what is known without it.
std::vector<Missing> investigate(const Estate& estate,
                                 const CallSettings& settings,
                                 Session& session,
                                 const Asked& asked,
                                 const Outcome& outcome);

/// The same when nodes were only looked for: everybody who was found has answered.
std::vector<Missing> investigate_search(const Estate& estate,
                                        const CallSettings& settings,
                                        Session& session,
                                        const filter::Filter& filter,
                                        const Targets& targets);

}  // namespace mco::client
