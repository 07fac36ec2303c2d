// The requests whose replies are awaited, by their ids.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mco::message {

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

    /// `mark` is for whoever asks: what it wants to know again when the reply comes.
    void add(std::string id, std::uint64_t mark = 0) {
        if (!marks_.insert_or_assign(id, mark).second)
            return;
        order_.push_back(std::move(id));
        if (order_.size() > most_) {
            marks_.erase(order_.front());
            order_.pop_front();
        }
    }

    bool contains(std::string_view id) const { return marks_.contains(id); }

    /// Null for an id that is not awaited.
    const std::uint64_t* mark(std::string_view id) const {
        const auto found = marks_.find(id);
        return found == marks_.end() ? nullptr : &found->second;
    }

  private:
    std::size_t most_;
    std::map<std::string, std::uint64_t, std::less<>> marks_;
    std::deque<std::string> order_;
};

}  // namespace mco::message
