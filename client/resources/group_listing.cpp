#include "client/resources/group_listing.hpp"

#include "client/resources/replies.hpp"
#include "core/ral/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t most_unpacked = std::size_t{32} << 20;  // bytes of a page

}  // namespace

GroupListing::GroupListing(TypeComparison& into,
                           const ListingRules& rules,
                           std::string digest,
                           std::vector<NodeNumber> members)
    : into_(into), rules_(rules), digest_(std::move(digest)), members_(std::move(members)) {
    begin();
}

void GroupListing::begin() {
    listing_ = into_.variants.new_listing();
    told_ = ral::ListingDigest("");
    offset_ = 0;
    pages_ = 0;
}

Inquiry::Ask GroupListing::ask() {
    Map inputs{{"type", into_.type}};
    if (into_.type == "package" && !rules_.packages.empty())
        inputs.set("provider", rules_.packages);
    if (rules_.ids)
        inputs.set("ids", true);
    if (offset_ > 0)
        inputs.set("offset", static_cast<std::int64_t>(offset_));
    return {asked(), "list", std::move(inputs)};
}

Inquiry::Next GroupListing::on_result(const Result& result, More& more) {
    if (const auto why = failure_of(result); !why.empty())
        return next_member(why);
    const auto page = read_page(result.data);
    if (!page)
        return next_member(page.error().message);
    if (page->digest != digest_ && offset_ > 0)
        return restart();
    if (page->digest != digest_) {
        leave_group(more);
        digest_ = page->digest;
    }
    if (const auto taken = take(page->entries); !taken)
        return next_member(taken.error().message);
    if (page->next == 0)
        return complete();
    if (page->next <= offset_ || ++pages_ >= most_pages)
        return next_member("its list does not end");
    offset_ = page->next;
    return Next::ask;
}

/// It was another list when it was summed up.
void GroupListing::leave_group(More& more) {
    const auto node = asked();
    std::erase(members_, node);
    if (!members_.empty()) {
        auto others = std::make_unique<GroupListing>(into_, rules_, digest_, members_);
        others->tried_ = std::exchange(tried_, {});
        others->at_ = std::min(at_, members_.size() - 1);
        more.push_back(std::move(others));
    }
    members_ = {node};
    at_ = 0;
}

/// It became another one between two pages.
Inquiry::Next GroupListing::restart() {
    if (++restarts_ > most_restarts)
        return next_member("its list changes while it is told");
    begin();
    return Next::ask;
}

Expected<void> GroupListing::take(const std::string& entries) {
    if (entries.empty())
        return {};
    MCO_CHECK(ral::unpack(entries, most_unpacked, [this](const ral::Entry& entry) {
        into_.variants.add(listing_, entry);
        if (answers_for_others())
            told_.add(entry.line);
    }));
    if (into_.variants.bytes() > rules_.most_bytes)
        return fail(Errc::limit,
                    fmt::format("all resources of the type together take more than {} bytes",
                                rules_.most_bytes));
    return {};
}

Inquiry::Next GroupListing::complete() {
    if (answers_for_others() && told_.text() != digest_)
        return on_false_digest();
    into_.answered.insert(into_.answered.end(), members_.begin(), members_.end());
    into_.variants.give(listing_, std::move(members_));
    return Next::done;
}

Inquiry::Next GroupListing::on_false_digest() {
    into_.failed.push_back({asked(), "what it lists has not the digest that it told"});
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at_));
    if (at_ == members_.size())
        return fail_all("nodes with the same digest list something else");
    begin();
    return Next::ask;
}

Inquiry::Next GroupListing::on_silence(const std::string& why) {
    return next_member(why);
}

Inquiry::Next GroupListing::next_member(const std::string& why) {
    tried_.push_back({asked(), why});
    ++at_;
    if (at_ == members_.size() || tried_.size() >= most_tries)
        return fail_all("nodes that have the same could not list it: " + why);
    begin();
    return Next::ask;
}

void GroupListing::abandon(const std::string& why) {
    fail_all(why);
}

/// `why`: of those that were not asked themselves.
Inquiry::Next GroupListing::fail_all(const std::string& why) {
    for (const auto member : members_) {
        const auto own = std::find_if(tried_.begin(), tried_.end(), [&](const NodeFailure& one) {
            return one.node == member;
        });
        into_.failed.push_back({member, own == tried_.end() ? why : own->why});
    }
    return Next::done;
}

}  // namespace mco::client
