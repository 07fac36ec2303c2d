#include "client/resources/browse.hpp"

#include "client/collect.hpp"
#include "client/resources/group_listing.hpp"
#include "client/resources/replies.hpp"
#include "client/resources/search_listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

constexpr std::uint64_t digest_mark = 0;

void sort_by_node(std::vector<NodeFailure>& failures) {
    std::stable_sort(failures.begin(), failures.end(), [](const auto& a, const auto& b) {
        return a.node < b.node;
    });
}

}  // namespace

Browse::Browse(BrowseOrder order, OnProgress on_progress)
    : order_(std::move(order)), on_progress_(std::move(on_progress)), groups_(order_.types.size()) {
    comparison_.nodes = order_.nodes;
    for (const auto& type : order_.types)
        comparison_.types.push_back({type, {}, {}, {}, {}, {}});
    for (NodeNumber number = 0; number < order_.nodes.size(); ++number)
        numbers_.emplace(order_.nodes[number], number);
    progress_.nodes = order_.nodes.size();
    order_.request.agent = ral_agent;
}

std::vector<Question> Browse::next(Monotonic now) {
    if (finished_)
        return {};
    if (!begun_) {
        begun_ = now;
        tell();
        if (!order_.nodes.empty())
            return {digest_question()};
    }
    if (!listing_ && (digested_.size() == order_.nodes.size() || now >= *begun_ + order_.limit))
        begin_listings();
    if (!listing_)
        return {};
    give_up_overdue(now);
    auto questions = send(now);
    if (waiting_.empty() && queue_.empty())
        conclude();
    tell();
    return questions;
}

Question Browse::digest_question() const {
    Question asked{order_.request, order_.nodes, order_.route, digest_mark};
    asked.request.action = "digest";
    asked.request.inputs = {{"types", fmt::format("{}", fmt::join(order_.types, ","))}};
    if (!order_.rules.packages.empty())
        asked.request.inputs.set("provider", order_.rules.packages);
    if (order_.rules.ids)
        asked.request.inputs.set("ids", true);
    asked.must_go = true;
    return asked;
}

/// To one node; without direct addressing the filter names it.
Question Browse::question(const Inquiry::Ask& ask, std::uint64_t mark) const {
    const auto& node = order_.nodes[ask.node];
    Question asked{order_.request, {node}, Route::directed_by_name, mark};
    asked.request.action = ask.action;
    asked.request.inputs = ask.inputs;
    asked.must_go = true;
    if (order_.direct)
        return asked;
    asked.route = Route::broadcast;
    asked.request.filter = {};
    asked.request.filter.agents = {std::string(ral_agent)};
    asked.request.filter.identities = {node};
    return asked;
}

void Browse::on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic /*now*/) {
    if (finished_)
        return;
    if (mark == digest_mark) {
        if (!listing_)
            on_digests(result_from(reply));
        return;
    }
    const auto found = waiting_.find(mark);
    if (found == waiting_.end() || order_.nodes[found->second.node] != reply.sender)
        return;
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    on_listing(std::move(waiting), result_from(reply));
}

void Browse::on_digests(const Result& result) {
    const auto known = numbers_.find(result.sender);
    if (known == numbers_.end() || !digested_.insert(known->second).second)
        return;
    const auto node = known->second;
    ++progress_.answered;
    if (knows_no_digests(result))
        return searched_.push_back(node);
    const auto why = failure_of(result);
    if (why.empty() || result.data.find("digests") != nullptr)  // each type has its own failure
        return on_digests_of(node, result.data);
    for (auto& type : comparison_.types)
        type.failed.push_back({node, why});
}

void Browse::on_digests_of(NodeNumber node, const Value& data) {
    for (std::size_t i = 0; i < comparison_.types.size(); ++i) {
        auto& type = comparison_.types[i];
        const auto digest = read_digest(data, type.type);
        if (!digest) {
            type.failed.push_back({node, digest.error().message});
            continue;
        }
        groups_[i][digest->digest].push_back(node);
        for (const auto& warning : digest->warnings)
            type.warnings.push_back({node, warning});
    }
}

void Browse::begin_listings() {
    listing_ = true;
    for (NodeNumber node = 0; node < order_.nodes.size(); ++node)
        if (!digested_.contains(node))
            comparison_.silent.push_back(node);
    for (std::size_t i = 0; i < groups_.size(); ++i)
        for (auto& [digest, members] : groups_[i])
            queue_.push_back(std::make_unique<GroupListing>(
                comparison_.types[i], order_.rules, digest, std::move(members)));
    for (const auto node : searched_)
        queue_.push_back(std::make_unique<SearchListing>(comparison_.types, order_.rules, node));
    groups_.clear();
    progress_.listings = queue_.size();
}

std::string Browse::why_silent() const {
    return fmt::format("it did not answer within {} seconds",
                       std::chrono::ceil<std::chrono::seconds>(order_.limit).count());
}

void Browse::give_up_overdue(Monotonic now) {
    while (!waiting_.empty() && now >= waiting_.begin()->second.sent + order_.limit) {
        auto inquiry = std::move(waiting_.begin()->second.inquiry);
        waiting_.erase(waiting_.begin());
        const auto next = inquiry->on_silence(why_silent());
        go_on(std::move(inquiry), next);
    }
}

void Browse::on_listing(Waiting waiting, const Result& result) {
    Inquiry::More more;
    const auto next = waiting.inquiry->on_result(result, more);
    for (auto& one : more) {
        queue_.push_back(std::move(one));
        ++progress_.listings;
    }
    go_on(std::move(waiting.inquiry), next);
}

/// What was begun goes before what was not.
void Browse::go_on(std::unique_ptr<Inquiry> inquiry, Inquiry::Next next) {
    if (next == Inquiry::Next::ask)
        queue_.push_front(std::move(inquiry));
    else
        ++progress_.listed;
}

std::vector<Question> Browse::send(Monotonic now) {
    std::vector<Question> questions;
    while (!queue_.empty() && waiting_.size() < order_.at_once) {
        auto inquiry = std::move(queue_.front());
        queue_.pop_front();
        const auto ask = inquiry->ask();
        questions.push_back(question(ask, ++last_mark_));
        waiting_.emplace(last_mark_, Waiting{std::move(inquiry), ask.node, now});
    }
    return questions;
}

void Browse::on_interrupt(Monotonic /*now*/) {
    if (finished_)
        return;
    comparison_.interrupted = true;
    if (!listing_)
        begin_listings();
    for (auto& inquiry : queue_)
        inquiry->abandon("interrupted");
    for (auto& [mark, waiting] : waiting_)
        waiting.inquiry->abandon("interrupted");
    conclude();
}

void Browse::conclude() {
    queue_.clear();
    waiting_.clear();
    for (auto& type : comparison_.types) {
        std::sort(type.answered.begin(), type.answered.end());
        sort_by_node(type.failed);
        sort_by_node(type.warnings);
    }
    finished_ = true;
}

Monotonic Browse::wake_at() const {
    if (finished_)
        return Monotonic::max();
    if (!begun_)
        return Monotonic::min();
    if (!listing_)
        return *begun_ + order_.limit;
    return waiting_.empty() ? Monotonic::min() : waiting_.begin()->second.sent + order_.limit;
}

Comparison Browse::take_comparison() {
    return std::move(comparison_);
}

void Browse::tell() const {
    if (on_progress_)
        on_progress_(progress_);
}

}  // namespace mco::client
