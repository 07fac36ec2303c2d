// Discovery by broadcast (method "mc", protocol §9.4): who matches the filter is who answers a
// ping.
#pragma once

#include "client/discovery_window.hpp"
#include "client/waiter.hpp"
#include "core/filter/filter.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace mco::client {

/// How long to look for nodes.
struct DiscoveryPlan {
    std::chrono::milliseconds limit{2000};
    Listening listening = Listening::until_quiet;
    std::chrono::milliseconds least_quiet = DiscoveryWindow::usual_quiet;
};

/// Collects the names of those who answer, each once, in order of arrival.
class DiscoveryWaiter final : public Waiter {
  public:
    explicit DiscoveryWaiter(DiscoveryPlan plan) : plan_(plan) {}

    void on_sent(Monotonic now) override {
        window_.emplace(now, plan_.limit, plan_.listening, plan_.least_quiet);
    }

    bool on_reply(const message::Reply& reply, Monotonic now) override;

    bool on_tick(Monotonic now) override { return window_->on_tick(now); }

    Monotonic wake_at() const override { return window_->wake_at(); }

    std::vector<std::string> take_names() { return std::move(names_); }

  private:
    DiscoveryPlan plan_;
    std::optional<DiscoveryWindow> window_;  // from on_sent() on
    std::vector<std::string> names_;
    std::unordered_set<std::string> known_;  // the same names
};

/// If every identity in the filter is a plain name, these names, each once: then nobody has to be
/// asked (spec 4.5).
std::optional<std::vector<std::string>> named_nodes(const filter::Filter& filter);

}  // namespace mco::client
