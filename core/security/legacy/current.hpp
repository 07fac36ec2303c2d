// The keys in use: exchanged on the I/O thread while workers still seal with those they began with.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace mco::security {

template <class Keys>
class Current {
  public:
    explicit Current(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}

    std::shared_ptr<const Keys> get() const {
        const std::lock_guard lock(mutex_);
        return keys_;
    }

    void set(Keys keys) {
        auto fresh = std::make_shared<const Keys>(std::move(keys));
        const std::lock_guard lock(mutex_);
        keys_ = std::move(fresh);
    }

  private:
    mutable std::mutex mutex_;          // guards keys_
    std::shared_ptr<const Keys> keys_;  // also held by whoever is using them
};

}  // namespace mco::security
