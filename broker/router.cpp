#include "broker/router.hpp"

namespace mco::broker {

Expected<void> Router::add(Subscription& subscription) {
    const auto found = destinations_.find(subscription.destination);
    if (found != destinations_.end()) {
        const Readers& readers = found->second;
        const bool held = readers.holder != nullptr && readers.holder != subscription.subscriber;
        const bool busy = readers.holder == nullptr && subscription.sharing == Sharing::exclusive;
        if (held || busy)
            return fail(Errc::denied, subscription.destination + " is read by somebody else");
    }
    Readers& readers = destinations_[subscription.destination];
    if (subscription.sharing == Sharing::exclusive)
        readers.holder = subscription.subscriber;
    Group& group = group_of(readers, subscription);
    subscription.place = group.size();
    group.push_back(&subscription);
    ++readers.count;
    ++counters_.subscriptions;
    counters_.destinations = destinations_.size();
    return {};
}

void Router::remove(Subscription& subscription) {
    const auto found = destinations_.find(subscription.destination);
    if (found == destinations_.end())
        return;
    Readers& readers = found->second;
    Group& group = group_of(readers, subscription);
    group[subscription.place] = group.back();
    group[subscription.place]->place = subscription.place;
    group.pop_back();
    if (subscription.selector && group.empty()) {
        auto& by_value = readers.selected[subscription.selector->header];
        by_value.erase(subscription.selector->value);
        if (by_value.empty())
            readers.selected.erase(subscription.selector->header);
    }
    --counters_.subscriptions;
    if (--readers.count == 0)
        destinations_.erase(found);
    counters_.destinations = destinations_.size();
}

std::size_t Router::publish(Message& message, const Instant& now) {
    ++counters_.messages_received;
    if (message.expired(now.wall)) {
        ++counters_.messages_expired;
        return 0;
    }
    std::size_t delivered = 0;
    const auto found = destinations_.find(message.destination());
    if (found != destinations_.end()) {
        matching_groups(found->second, message);
        delivered = message.destination().starts_with("/queue/")
                        ? deliver_to_one(found->second, message, now)
                        : deliver_to_all(message, now);
    }
    counters_.messages_delivered += delivered;
    if (delivered == 0)
        ++counters_.messages_without_subscriber;
    return delivered;
}

Router::Group& Router::group_of(Readers& readers, const Subscription& subscription) {
    if (!subscription.selector)
        return readers.all;
    return readers.selected[subscription.selector->header][subscription.selector->value];
}

void Router::matching_groups(const Readers& readers, const Message& message) {
    matches_.clear();
    if (!readers.all.empty())
        matches_.push_back(&readers.all);
    for (const auto& [header, by_value] : readers.selected) {
        const std::string* const value = message.header(header);
        if (value == nullptr)
            continue;
        if (const auto group = by_value.find(*value); group != by_value.end())
            matches_.push_back(&group->second);
    }
}

const Subscription& Router::match(std::size_t index) const {
    std::size_t group = 0;
    while (index >= matches_[group]->size())
        index -= matches_[group++]->size();
    return *(*matches_[group])[index];
}

std::size_t Router::deliver_to_all(Message& message, const Instant& now) {
    std::size_t delivered = 0;
    for (const Group* group : matches_)
        for (const Subscription* subscription : *group)
            delivered += subscription->subscriber->deliver(*subscription, message, now) ? 1u : 0u;
    return delivered;
}

std::size_t Router::deliver_to_one(Readers& readers, Message& message, const Instant& now) {
    std::size_t candidates = 0;
    for (const Group* group : matches_)
        candidates += group->size();
    for (std::size_t tried = 0; tried < candidates; ++tried) {
        const Subscription& subscription = match(readers.turn++ % candidates);
        if (subscription.subscriber->deliver(subscription, message, now))
            return 1;
    }
    return 0;
}

}  // namespace mco::broker
