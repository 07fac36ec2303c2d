// Keeps the node's facts: decides when to read which source, merges what they give, and publishes
// it as a whole.
#pragma once

#include "core/time.hpp"
#include "facts/facts.hpp"
#include "facts/sources.hpp"
#include "system/log.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace mco::facts {

class FactStore {
  public:
    /// Sources in order of precedence, the last one wins; each is read when its facts are older
    /// than `cache_time` or it has changed. The log outlives the store.
    FactStore(std::vector<std::unique_ptr<Source>> sources,
              std::chrono::seconds cache_time,
              system::Log& log);

    /// Reads what is due and publishes the result; true if there is a new document. A source that
    /// fails keeps the facts it gave last, and is asked again after a full cache time. Blocks as
    /// long as the sources do: worker threads only, one at a time.
    bool refresh(TimePoint now);

    /// The facts as of the last refresh; never null. Any thread, never blocks on a source.
    std::shared_ptr<const Document> snapshot() const;

  private:
    struct Entry {
        std::unique_ptr<Source> source;
        Map facts;
        std::optional<TimePoint> tried;
        std::optional<TimePoint> succeeded;
    };

    bool is_due(const Entry& entry, TimePoint now) const;
    void read(Entry& entry, TimePoint now);
    void publish();

    std::vector<Entry> entries_;
    const std::chrono::seconds cache_time_;
    system::Log& log_;
    mutable std::mutex mutex_;  // guards document_: requests read it while a refresh replaces it
    std::shared_ptr<const Document> document_;  // shared with those who are reading it
};

}  // namespace mco::facts
