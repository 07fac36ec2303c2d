// What one node has, learned by `search`: the agents of the original know nothing else (resources
// §5).
#pragma once

#include "client/resources/inquiry.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mco::client {

/// One type after the other. Groups come before users, whose primary groups are compared by name.
class SearchListing final : public Inquiry {
  public:
    /// `types` are not empty; they and `rules` outlive it.
    SearchListing(std::vector<TypeComparison>& types, const ListingRules& rules, NodeNumber node);

    Ask ask() override;
    Next on_result(const Result& result, More& more) override;
    Next on_silence(const std::string& why) override;
    void abandon(const std::string& why) override;

  private:
    struct Step {
        std::string type;
        TypeComparison* into = nullptr;  // null: only the names are wanted
    };

    void take(std::vector<ral::Resource> resources);
    void learn_groups(const std::vector<ral::Resource>& groups);
    void fail_step(const std::string& why);
    Next next_step();

    const ListingRules& rules_;
    NodeNumber node_;
    std::vector<Step> steps_;
    std::size_t at_ = 0;
    ral::GroupNames groups_;
    std::string why_no_groups_;  // empty: they are known, or not needed
};

/// What a node told of itself, as it would have listed it. Of equal titles the first counts.
void take_resources(TypeComparison& into,
                    NodeNumber node,
                    const std::vector<ral::Resource>& resources,
                    const ral::Canonical& how);

/// Whether a package belongs to the system, and not to a programming language.
bool is_system_package(const ral::Resource& package);

}  // namespace mco::client
