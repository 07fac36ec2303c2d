// Clones a resource to nodes whose owner has agreed: in batches, until too many fail, and asks
// those that were changed once more whether they would be changed again (resources §7, steps 5 and
// 6).
#pragma once

#include "client/call_plan.hpp"
#include "client/limit.hpp"
#include "client/performing.hpp"
#include "client/resources/clone_outcomes.hpp"
#include "client/resources/clone_plan.hpp"
#include "client/rollout/allowed_failures.hpp"
#include "client/sequence.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mco::client {

/// A node that is to get the resource.
struct CloneTarget {
    std::string node;
    bool creates = false;  ///< it has none yet
};

struct CloneRunOrder {
    ClonePlan plan;
    std::vector<CloneTarget> targets;  ///< each once
    Request request;                   ///< collective, ttl; the rest is filled in
    CallPlan call;                     ///< with the batches; each answer has its limit
    AllowedFailures max_failures;
};

/// How far it is.
struct CloneProgress {
    std::size_t targets = 0;
    std::size_t done = 0;
    std::size_t failed = 0;  ///< of these
    bool proving = false;    ///< everybody was asked to change it, and is asked again
};

/// After an interrupt nobody else is asked to change anything, nor once more.
class CloneRun final : public Sequence {
  public:
    using OnProgress = std::function<void(const CloneProgress&)>;

    /// `on_progress` may be empty.
    explicit CloneRun(CloneRunOrder order, OnProgress on_progress = {});

    /// What became of each target: changed, unchanged, failed, not converged or not tried.
    CloneGroups outcomes() const;

    /// Too many failed.
    bool stopped() const { return stopped_; }

  private:
    /// Nodes that are told the same at the same time.
    struct Part {
        std::vector<std::string> nodes;
        bool creates = false;
        bool ends_batch = false;
    };

    Dialogue* begin_next(Monotonic now) override;
    void plan_parts();
    void add_parts(std::size_t begin, std::size_t end);
    Dialogue* begin_part();
    Dialogue* begin_proof();
    void end_part();
    void end_proof();
    bool too_many_failed() const;
    Dialogue* ask(const std::vector<std::string>& nodes, const Array& resources, bool noop);
    void take(const Result& result);
    void tell() const;
    std::string why_silent() const;

    CloneRunOrder order_;
    OnProgress on_progress_;
    Status status_;
    std::deque<Part> parts_;
    std::optional<Part> part_;  // under way
    std::optional<Performing> performing_;
    std::unique_ptr<Dialogue> pause_;
    std::map<std::string, CloneOutcome> outcomes_;  // of those that were asked
    std::set<std::string> asked_;                   // by the part under way, or for the proof
    bool proving_ = false;
    bool stopped_ = false;
};

}  // namespace mco::client
