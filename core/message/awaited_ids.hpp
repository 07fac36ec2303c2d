// The requests whose replies are awaited, by their ids.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mco::message {

/// Whom the reply to one request is for.
struct Awaiting {
    std::uint64_t mark = 0;   ///< what whoever asked wants to know again when the reply comes
    std::uint64_t owner = 0;  ///< who of several asked
};

/// A bounded number of ids; beyond it the oldest are forgotten.
class AwaitedIds {
  public:
    static constexpr std::size_t usual_most = 20'000;

    explicit AwaitedIds(std::size_t most = usual_most) : most_(most) {}

    /// One request is what most wait for.
    template <std::convertible_to<std::string_view> Text>
    AwaitedIds(const Text& id) : most_(1) {  // NOLINT(google-explicit-constructor)
        add(std::string(std::string_view(id)));
    }

    /// False: it is awaited already, and for `awaiting` from now on.
    bool add(std::string id, Awaiting awaiting = {}) {
        const auto [found, fresh] = entries_.try_emplace(std::move(id));
        found->second.awaiting = awaiting;
        if (!fresh)
            return false;
        found->second.place = ++places_;
        order_.emplace(places_, found->first);
        if (order_.size() > most_)
            remove(std::string(order_.begin()->second));
        return true;
    }

    void remove(std::string_view id) {
        const auto found = entries_.find(id);
        if (found == entries_.end())
            return;
        order_.erase(found->second.place);
        entries_.erase(found);
    }

    bool contains(std::string_view id) const { return entries_.contains(id); }

    /// Null for an id that is not awaited.
    const Awaiting* find(std::string_view id) const {
        const auto found = entries_.find(id);
        return found == entries_.end() ? nullptr : &found->second.awaiting;
    }

    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Awaiting awaiting;
        std::uint64_t place = 0;
    };

    std::size_t most_;
    std::uint64_t places_ = 0;
    std::map<std::string, Entry, std::less<>> entries_;
    std::map<std::uint64_t, std::string> order_;
};

}  // namespace mco::message
