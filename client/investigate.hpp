// After a call: who is missing, and why. Asks the nodes once more where that helps.
#pragma once

#include "client/absence.hpp"
#include "client/call_plan.hpp"
#include "client/call_settings.hpp"
#include "client/estate.hpp"
#include "client/missing.hpp"
#include "client/outcome.hpp"
#include "client/sequence.hpp"
#include "client/session.hpp"
#include "client/tally.hpp"
#include "client/waiter_dialogue.hpp"

#include <chrono>
#include <optional>
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

/// Asks those who are missing whether they are there, and those who are whether the filter matches;
/// costs the time of a probe, at most a second. After an interrupt nobody is asked any more.
class Investigation final : public Sequence {
  public:
    /// Everything that `asked` names, and `unproven`, which may grow meanwhile, outlive it.
    Investigation(const Estate& estate,
                  const CallSettings& settings,
                  const system::Clock& clock,
                  const Asked& asked,
                  const Statistics& statistics,
                  const Tally& tally,
                  const Unproven& unproven);

    /// Somebody is to be asked.
    bool asks() const { return !evidence_.probed.empty(); }

    /// The judgement by what is known now, by name; what it means for later calls is remembered.
    std::vector<Missing> conclude();

  private:
    Dialogue* begin_next(Monotonic now) override;
    Dialogue* probe(const filter::Filter& filter, const std::vector<std::string>& nodes);
    void on_signs_of_life();

    const Estate& estate_;
    const CallSettings& settings_;
    const system::Clock& clock_;
    Asked asked_;
    const Unproven& unproven_;
    Evidence evidence_;
    int step_ = 0;
    std::optional<ProbeWaiter> waiter_;
    std::optional<WaiterDialogue> dialogue_;
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
