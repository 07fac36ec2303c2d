#include "facts/store.hpp"

#include <algorithm>
#include <utility>

namespace mco::facts {

FactStore::FactStore(std::vector<std::unique_ptr<Source>> sources,
                     std::chrono::seconds cache_time,
                     system::Log& log)
    : cache_time_(cache_time), log_(log), document_(std::make_shared<Document>()) {
    for (auto& source : sources)
        entries_.push_back({std::move(source), {}, std::nullopt, std::nullopt});
}

/// A clock that was set back must not stop the facts for as long.
bool FactStore::is_due(const Entry& entry, TimePoint now) const {
    return !entry.tried || now < *entry.tried || now - *entry.tried >= cache_time_ ||
           entry.source->changed();
}

void FactStore::read(Entry& entry, TimePoint now) {
    entry.tried = now;
    auto reading = entry.source->read();
    for (const auto& problem : reading.problems)
        log_.error("{}", problem);
    if (reading.facts.empty() && !reading.problems.empty()) {
        if (!entry.facts.empty())
            log_.error("a fact source has no facts, those it gave before are kept");
        return;
    }
    entry.facts = std::move(reading.facts);
    entry.succeeded = now;
}

bool FactStore::refresh(TimePoint now) {
    bool any_read = false;
    for (auto& entry : entries_) {
        if (!is_due(entry, now))
            continue;
        read(entry, now);
        any_read = any_read || entry.succeeded == now;
    }
    if (any_read)
        publish();
    return any_read;
}

void FactStore::publish() {
    auto document = std::make_shared<Document>();
    std::optional<TimePoint> oldest;
    for (const auto& entry : entries_) {
        for (const auto& [name, value] : entry.facts.entries())
            document->facts.set(name, value);
        if (entry.succeeded)
            oldest = oldest ? std::min(*oldest, *entry.succeeded) : *entry.succeeded;
    }
    document->complete = std::all_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return entry.succeeded.has_value();
    });
    document->loaded = oldest.value_or(TimePoint{});
    const std::lock_guard lock(mutex_);
    document_ = std::move(document);
}

std::shared_ptr<const Document> FactStore::snapshot() const {
    const std::lock_guard lock(mutex_);
    return document_;
}

}  // namespace mco::facts
