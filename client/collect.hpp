// Collects the answers to a call until everybody who is expected has answered or the time is over.
#pragma once

#include "client/outcome.hpp"
#include "client/waiter.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mco::client {

class Collector final : public Waiter {
  public:
    using Duration = Monotonic::duration;
    using OnResult =
        std::function<void(Result&& result, std::size_t answered, Duration since_sent)>;

    /// `expected` may name a node more than once: then it has to answer as often. Nobody expected:
    /// waits the whole time. `on_result` gets every answer; may be empty.
    Collector(const std::vector<std::string>& expected, Duration limit, OnResult on_result);

    void on_sent(Monotonic now) override;
    bool on_reply(const message::Reply& reply, Monotonic now) override;

    bool on_tick(Monotonic now) override { return now >= wake_at(); }

    Monotonic wake_at() const override { return sent_ + limit_; }

    /// Those of `expected` who have not answered as often as they should, by name.
    std::vector<std::string> awaited() const;

  private:
    std::map<std::string, std::size_t, std::less<>>
        unfinished_;  // how often each still has to answer
    bool anybody_expected_;
    Duration limit_;
    OnResult on_result_;
    Monotonic sent_;
    std::size_t answers_ = 0;
};

/// The result that a reply holds; a body that is none becomes a failure (status 5). Top-level names
/// of the data are symbols, as Ruby nodes send them, whatever carried them here.
Result result_from(const message::Reply& reply);

/// Fills in everything that follows from `discovered` and `results`: counters, silent and
/// unexpected nodes.
Statistics count(std::vector<std::string> discovered, const std::vector<Result>& results);

}  // namespace mco::client
