// `mco ping`: everybody who answers, with the time it took (spec 1.2).
#include "cli/render/ping.hpp"

#include "cli/agent_call.hpp"
#include "cli/applications/table.hpp"
#include "client/discovery.hpp"
#include "client/investigate.hpp"
#include "client/json.hpp"
#include "client/search.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mco::cli {

namespace {

/// Nobody knows how many will answer, so the waiting ends as that of discovery does; but slow nodes
/// are what people look for here, so it is more patient. An explicit time is waited in full.
class PingWaiter final : public client::Waiter {
  public:
    PingWaiter(Context& context, client::DiscoveryPlan plan)
        : screen_(context.screen), form_(context.settings.form), waiting_(std::move(plan)) {}

    void on_sent(Monotonic now) override {
        sent_ = now;
        waiting_.on_sent(now);
    }

    bool on_reply(const message::Reply& reply, Monotonic now) override {
        pongs_.push_back(
            {reply.sender, std::chrono::duration<double, std::milli>(now - sent_).count()});
        if (form_ == Form::jsonl)
            screen_.out(client::json_line(render::ping_object(pongs_.back())));
        else if (form_ == Form::text || form_ == Form::grouped)
            screen_.out(render::ping_line(pongs_.back()));
        return waiting_.on_reply(reply, now);
    }

    bool on_tick(Monotonic now) override { return waiting_.on_tick(now); }

    Monotonic wake_at() const override { return waiting_.wake_at(); }

    const std::vector<render::Pong>& pongs() const { return pongs_; }

  private:
    Screen& screen_;
    Form form_;
    client::DiscoveryWaiter waiting_;
    Monotonic sent_;
    std::vector<render::Pong> pongs_;
};

/// Who is named, or else who answered the last ping with this filter.
std::vector<std::string> expected_nodes(const Context& context, const filter::Filter& filter) {
    if (auto names = client::named_nodes(filter))
        return *std::move(names);
    return context.estate.memory.memory().answered(
        context.estate.scope(context.settings.collective), client::text_of(filter));
}

client::DiscoveryPlan ping_plan(const Context& context, const filter::Filter& filter) {
    constexpr std::chrono::seconds usual(5);
    constexpr std::chrono::milliseconds patience(500);
    const auto& settings = context.settings;
    if (settings.timeout)
        return {*settings.timeout, client::Listening::whole_time, patience};
    const auto discovery = settings.discovery_timeout ? settings.discovery_timeout
                                                      : context.estate.config.discovery_timeout;
    return {
        usual + discovery.value_or(std::chrono::seconds(0)),
        settings.discovery_timeout ? client::Listening::whole_time : client::Listening::until_quiet,
        patience,
        {},
        expected_nodes(context, filter)};
}

/// What is still to be shown when the waiting is over. No two answers are alike, so that grouping
/// them changes nothing.
std::string closing(const Context& context,
                    const std::vector<render::Pong>& pongs,
                    const std::vector<client::Missing>& missing) {
    if (context.settings.form == Form::jsonl) {
        std::string text;
        for (const auto& one : missing)
            text += client::json_line(client::missing_object(one));
        return text + client::json_line(render::ping_summary(pongs));
    }
    if (context.settings.form == Form::json) {
        client::JsonList list(context.terminal.interactive);
        for (const auto& pong : pongs)
            list.add(render::ping_object(pong));
        for (const auto& one : missing)
            list.add(client::missing_object(one));
        return list.finish();
    }
    const bool graph =
        context.parsed.has("graph") || context.estate.config.plugin_setting("rpc.graph") != nullptr;
    const auto table = context.settings.form == Form::table
                           ? render::ping_table(pongs, {context.palette, context.terminal.columns})
                           : std::string();
    return table + render::ping_statistics(pongs, graph);
}

/// Nobody who answered an earlier ping with this filter should be missing in silence.
std::vector<client::Missing> find_missing(Context& context,
                                          client::Session& session,
                                          const filter::Filter& filter,
                                          const std::vector<render::Pong>& pongs) {
    client::Targets targets;
    for (const auto& pong : pongs) {
        targets.nodes.push_back(pong.node);
        targets.discovery_time =
            std::max(targets.discovery_time, client::Seconds(pong.milliseconds / 1000));
    }
    if (auto names = client::named_nodes(filter))
        targets.undiscovered = client::without(*std::move(names), targets.nodes);
    else
        targets.undiscovered = client::remember(context.estate,
                                                context.settings.collective,
                                                filter,
                                                targets.nodes,
                                                session.wall_clock());
    return client::investigate_search(context.estate, context.settings, session, filter, targets);
}

}  // namespace

std::vector<options::OptionSpec> ping_options() {
    return {{"graph", "g", {"graph"}, "", "Show how the times are distributed"}};
}

Expected<int> run_ping(Context& context) {
    const auto& settings = context.settings;
    if (settings.max_nodes)
        return fail(Errc::invalid, "--max-nodes does not work with ping: it asks whoever is there");
    MCO_TRY(listed, listed_nodes(context));
    auto filter = settings.filter;
    if (listed) {
        if (listed->empty()) {
            context.screen.out(closing(context, {}, {}));
            return 4;
        }
        filter.identities = *std::move(listed);
    }
    MCO_TRY(session, context.link.session());
    PingWaiter waiter(context, ping_plan(context, filter));
    MCO_TRY(
        ended,
        session->exchange(
            settings.collective,
            "discovery",
            client::discovery_question(
                filter, settings.collective, settings.ttl, context.estate.config.direct_addressing),
            waiter));
    const auto missing = find_missing(context, *session, filter, waiter.pongs());
    context.screen.out(closing(context, waiter.pongs(), missing));
    print_missing(context, missing);
    warn_of_unproven(context, *session);
    if (ended == client::Ended::interrupted)
        return 1;
    if (waiter.pongs().empty())
        return 4;
    return settings.fail_on_missing && !missing.empty() ? 2 : 0;
}

}  // namespace mco::cli
