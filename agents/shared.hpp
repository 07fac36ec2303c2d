// What the plug-ins of one folder have in common within a node, without anything global.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

namespace mco::agents {

/// At most one object of each type, made at its first use. Any thread.
class Shared {
  public:
    /// The T of this node. `make()` gives a std::unique_ptr<T> if there is none yet; what it throws
    /// goes on to the caller, and the next one tries again. It must not ask for a shared object
    /// itself. The T lives as long as the node's plug-ins.
    template <class T, class Make>
    T& get(Make make) {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<void>& slot = things_[typeid(T)];
        if (!slot)
            slot = std::shared_ptr<T>(make());
        return *static_cast<T*>(slot.get());
    }

  private:
    std::mutex mutex_;  // guards what follows
    std::map<std::type_index, std::shared_ptr<void>> things_;
};

}  // namespace mco::agents
