// What a group of nodes with the same digest has, learned from one of them (resources §5).
#pragma once

#include "client/resources/inquiry.hpp"
#include "core/ral/listing.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mco::client {

/// The first member is asked for its list, page by page. One that turns out to have another list
/// than its digest said leaves the group and counts for itself; after one that fails the next is
/// asked. What one says is only believed of the others if it has the digest that they told.
class GroupListing final : public Inquiry {
  public:
    /// Members that are asked before the group is given up.
    static constexpr std::size_t most_tries = 5;
    static constexpr std::size_t most_pages = 256;
    /// How often a list may change while it is told.
    static constexpr int most_restarts = 3;

    /// `into` and `rules` outlive it. `members` is not empty.
    GroupListing(TypeComparison& into,
                 const ListingRules& rules,
                 std::string digest,
                 std::vector<NodeNumber> members);

    Ask ask() override;
    Next on_result(const Result& result, More& more) override;
    Next on_silence(const std::string& why) override;
    void abandon(const std::string& why) override;

  private:
    NodeNumber asked() const { return members_[at_]; }

    bool answers_for_others() const { return members_.size() > 1; }

    void begin();
    void leave_group(More& more);
    Next restart();
    Expected<void> take(const std::string& entries);
    Next complete();
    Next on_false_digest();
    Next next_member(const std::string& why);
    Next fail_all(const std::string& why);

    TypeComparison& into_;
    const ListingRules& rules_;
    std::string digest_;
    std::vector<NodeNumber> members_;
    std::vector<NodeFailure> tried_;  // members that failed
    std::size_t at_ = 0;              // the member that is asked
    ListingNumber listing_ = 0;       // what it has told so far
    ral::ListingDigest told_{""};     // of it, while others are to be believed to have the same
    std::size_t offset_ = 0;
    std::size_t pages_ = 0;
    int restarts_ = 0;
};

}  // namespace mco::client
