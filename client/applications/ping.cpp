// `mco ping`: everybody who answers, with the time it took (spec 1.2).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"
#include "client/render/reports.hpp"

#include <chrono>
#include <optional>

namespace mco::client {

namespace {

/// Nobody knows how many will answer, so the waiting ends as that of discovery does; but slow nodes
/// are what people look for here, so it is more patient. An explicit time is waited in full.
class PingWaiter final : public Waiter {
  public:
    PingWaiter(Context& context, DiscoveryPlan plan) : screen_(context.screen), plan_(plan) {}

    void on_sent(Monotonic now) override {
        sent_ = now;
        window_.emplace(now, plan_.limit, plan_.listening, plan_.least_quiet);
    }

    bool on_reply(const message::Reply& reply, Monotonic now) override {
        window_->on_answer(now);
        times_.push_back(std::chrono::duration<double, std::milli>(now - sent_).count());
        screen_.out(render::ping_line(reply.sender, times_.back()));
        return false;
    }

    bool on_tick(Monotonic now) override { return window_->on_tick(now); }

    Monotonic wake_at() const override { return window_->wake_at(); }

    const std::vector<double>& times() const { return times_; }

  private:
    Screen& screen_;
    DiscoveryPlan plan_;
    Monotonic sent_;
    std::optional<DiscoveryWindow> window_;  // from on_sent() on
    std::vector<double> times_;              // milliseconds
};

DiscoveryPlan ping_plan(const Context& context) {
    constexpr std::chrono::seconds usual(5);
    constexpr std::chrono::milliseconds patience(500);
    const auto& settings = context.settings;
    if (settings.timeout)
        return {*settings.timeout, Listening::whole_time, patience};
    const auto discovery =
        settings.discovery_timeout ? settings.discovery_timeout : context.config.discovery_timeout;
    return {usual + discovery.value_or(std::chrono::seconds(0)),
            settings.discovery_timeout ? Listening::whole_time : Listening::until_quiet,
            patience};
}

}  // namespace

std::vector<options::OptionSpec> ping_options() {
    return {{"graph", "g", {"graph"}, "", "Show how the times are distributed"}};
}

Expected<int> run_ping(Context& context) {
    const auto& settings = context.settings;
    MCO_TRY(session, context.link.session());
    PingWaiter waiter(context, ping_plan(context));
    const auto compose = [&](const Origin& origin) {
        return compose_ping(settings.filter, settings.collective, settings.ttl, origin);
    };
    MCO_CHECK(session->exchange(settings.collective, "discovery", compose, waiter));
    const bool graph =
        context.parsed.has("graph") || context.config.plugin_setting("rpc.graph") != nullptr;
    context.screen.out(render::ping_statistics(waiter.times(), graph));
    warn_of_unproven(context, *session);
    return waiter.times().empty() ? 4 : 0;
}

}  // namespace mco::client
