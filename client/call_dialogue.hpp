// A call as one conversation: finds its nodes, asks them in batches, and those who are missing once
// more.
#pragma once

#include "client/call_plan.hpp"
#include "client/call_settings.hpp"
#include "client/discovery.hpp"
#include "client/estate.hpp"
#include "client/investigate.hpp"
#include "client/performing.hpp"
#include "client/sequence.hpp"
#include "client/waiter_dialogue.hpp"
#include "core/error.hpp"
#include "system/clock.hpp"

#include <optional>
#include <string>

namespace mco::client {

/// Sans-I/O, except that the estate's memory of nodes may be read from its file. Everything that
/// happens is told to the status, in the order of design D11: discovery, the call, its end.
class CallDialogue final : public Sequence {
  public:
    /// What is to be done. Without targets the network is asked for the nodes of the request's
    /// filter.
    struct Order {
        Request request;
        std::string id;  ///< of the request
        std::optional<Targets> targets;
        CallPlan plan;
    };

    /// All references outlive it. Results go to `sink` as they arrive.
    CallDialogue(const Estate& estate,
                 const CallSettings& settings,
                 const system::Clock& clock,
                 Order order,
                 Status& status,
                 Sink sink);

    void on_unproven(const Unprovable& dropped, Monotonic now) override;

    /// What came of it, after the conversation has ended like that; without results and summaries.
    /// Errors: that of the conversation, unless the call itself was over; without a message when
    /// it was stopped before the nodes were known. Once.
    Expected<Outcome> outcome(const Expected<Ended>& ended);

  private:
    enum class Step { start, discovery, call, investigation, done };

    Dialogue* begin_next(Monotonic now) override;
    Dialogue* begin_discovery(Monotonic now);
    void end_discovery(Monotonic now);
    Dialogue* begin_call();
    Dialogue* end_call();
    bool concerns(const std::string& node) const;

    const Estate& estate_;
    const CallSettings& settings_;
    const system::Clock& clock_;
    Order order_;
    Status& status_;
    Sink sink_;
    Step step_ = Step::start;
    DiscoveryPlan plan_;  // while nodes are looked for
    Monotonic begun_;     // the discovery
    std::optional<DiscoveryWaiter> waiter_;
    std::optional<WaiterDialogue> discovery_;
    std::optional<Performing> performing_;
    std::optional<Investigation> investigation_;
    Unproven unproven_;
    std::size_t unproven_before_ = 0;  // the call
    TimePoint started_;                // the call
    Outcome outcome_;
};

}  // namespace mco::client
