// What nodes answer when a resource is to be cloned to them: in the preview, and when it was done
// (resources §7).
#pragma once

#include "client/outcome.hpp"
#include "core/ral/resource.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// What would become of a node, or has.
enum class CloneVerdict {
    create,         ///< it has none yet
    change,         ///< it has another one
    same,           ///< nothing would be changed
    refused,        ///< the node would not do it
    fails,          ///< it would go wrong
    silent,         ///< it did not answer
    changed,        ///< done
    unchanged,      ///< there was nothing to do
    failed,         ///< it went wrong
    not_converged,  ///< done, but it would be changed once more
    not_tried       ///< too many had failed, or the user did not want to wait
};

/// The word for people and programs: `not converged`.
std::string_view name(CloneVerdict verdict);

struct CloneOutcome {
    CloneVerdict verdict = CloneVerdict::silent;
    std::string text;  ///< what would be changed, or why not; may be empty

    bool operator==(const CloneOutcome&) const = default;
};

/// `shell /bin/sh → /bin/bash`, of an entry of `differences`.
std::string difference_text(const Value& difference);

/// The answer to a no-op. `main`: the resource that is meant, others came along.
CloneOutcome read_preview(const Result& result, const ral::Resource& main);

/// The answer to `diff`, in the same words.
CloneOutcome read_diff(const Result& result);

/// The answer when it was to be done.
CloneOutcome read_applied(const Result& result, const ral::Resource& main);

/// Nodes with the same outcome.
struct CloneGroup {
    CloneOutcome outcome;
    std::vector<std::string> nodes;  ///< in the order of arrival
};

/// Outcomes, equal ones once.
class CloneGroups {
  public:
    void add(CloneOutcome outcome, std::string node);

    /// In the order of the verdicts, the largest of each first.
    std::vector<CloneGroup> sorted() const;

    std::size_t count(CloneVerdict verdict) const;
    /// In the order of arrival.
    std::vector<std::string> nodes(CloneVerdict verdict) const;

  private:
    std::vector<CloneGroup> groups_;
};

}  // namespace mco::client
