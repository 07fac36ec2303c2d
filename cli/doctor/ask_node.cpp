#include "cli/doctor/ask_node.hpp"

#include "client/waiter.hpp"
#include "core/rpc/body.hpp"
#include "core/text/spelling.hpp"

#include <fmt/format.h>

#include <utility>

namespace mco::doctor {

namespace {

using std::chrono::milliseconds;

/// Waits for the one answer.
class OneAnswer final : public client::Waiter {
  public:
    OneAnswer(std::string node, milliseconds limit) : node_(std::move(node)), limit_(limit) {}

    void on_sent(Monotonic now) override { sent_ = now; }

    bool on_reply(const message::Reply& reply, Monotonic now) override {
        if (reply.sender != node_)
            return false;
        after = std::chrono::duration_cast<milliseconds>(now - sent_);
        answer = reply;
        return true;
    }

    bool on_tick(Monotonic now) override { return now >= wake_at(); }

    Monotonic wake_at() const override { return sent_ + limit_; }

    std::optional<message::Reply> answer;
    milliseconds after{0};

  private:
    std::string node_;
    milliseconds limit_;
    Monotonic sent_;
};

/// The message of an answer that is no success; empty otherwise.
std::string refusal_of(const Value& body) {
    const auto* map = body.map();
    const auto* code = map == nullptr ? nullptr : map->find("statuscode");
    const auto* text = map == nullptr ? nullptr : map->find("statusmsg");
    const auto* number = code == nullptr ? nullptr : code->integer();
    if (number == nullptr || *number == 0)
        return {};
    const auto* words = text == nullptr ? nullptr : text->string();
    return words == nullptr ? "refused" : *words;
}

std::string way(const char* name, const Asked& asked) {
    return fmt::format("{} after {} ms", name, asked.after.count());
}

Trouble silence(const std::string& node,
                const Asked& broadcast,
                const std::vector<std::string>& others) {
    const auto there = fmt::format(
        "on {}: mco doctor --node, and grep 'dropped at' in its logfile, which names the gate "
        "(untrusted: our certificate or key; expired or future: the clocks; not_for_us: its "
        "identity or collective is another)",
        node);
    if (broadcast.unproven > 0)
        return {"its answers, or somebody's, were dropped here: " + broadcast.why,
                "the node's certificate or key does not fit to ours: " + there};
    if (others.empty())
        return {"no answer, nor of any other node", "first see the findings above; then " + there};
    if (const auto near = text::nearest(node, others, text::plausible_edits(node.size())))
        return {"no answer", "did you mean " + *near + "? Otherwise " + there};
    return {fmt::format("no answer, while {} other nodes answer", others.size()),
            "its daemon does not run, is connected to another broker, or refuses us: " + there};
}

}  // namespace

Findings judge_node(const std::string& node,
                    const Questions& asked_so,
                    const std::vector<std::string>& others) {
    const auto& [broadcast, directed, probe] = asked_so;
    for (const auto* asked : {&broadcast, &directed})
        if (asked->failed)
            return {problem("node",
                            node,
                            {"could not be asked: " + asked->failed->message,
                             "see the findings about the broker"})};
    if (!broadcast.answered && !directed.answered && probe.answered)
        return {problem("node",
                        node,
                        {"is there, but drops our requests: its clock and ours are too far apart",
                         "see the finding about the clock"})};
    if (!broadcast.answered && !directed.answered)
        return {problem("node", node, silence(node, broadcast, others))};
    Findings findings;
    if (broadcast.answered)
        findings.push_back(ok("node", node, way("answers broadcasts,", broadcast)));
    else
        findings.push_back(
            problem("node",
                    node,
                    {"answers when it is asked by name, but not to broadcasts",
                     "on the broker, give the node the right to subscribe to the topics of its "
                     "collectives (docs/brokers.md)"}));
    if (directed.answered && directed.refusal.empty())
        findings.push_back(ok("node", node, way("answers requests to it alone,", directed)));
    else if (directed.answered)
        findings.push_back(warning("node",
                                   node,
                                   {"answers, but refuses rpcutil#ping: " + directed.refusal,
                                    "on " + node +
                                        ": mco policy explain CALLER rpcutil ping tells which "
                                        "rule decides"}));
    else
        findings.push_back(
            problem("node",
                    node,
                    {"answers broadcasts, but not requests to it alone",
                     "set direct_addressing = 1 in its server.cfg, and on the broker allow "
                     "directed messages: COLLECTIVE.nodes or COLLECTIVE_directed "
                     "(docs/brokers.md)"}));
    return findings;
}

NodeReport ask_node(client::Session& session,
                    const config::Config& config,
                    const std::string& node,
                    milliseconds limit,
                    const std::vector<std::string>& others) {
    NodeReport report;
    const auto ask = [&](client::Question question) {
        Asked asked;
        OneAnswer waiter(node, limit);
        const auto before = session.unproven();
        const auto sent = session.wall_clock();
        const auto agent = question.request.agent;
        const auto ended =
            session.exchange(config.main_collective, agent, std::move(question), waiter);
        if (!ended)
            asked.failed = ended.error();
        asked.unproven = session.unproven() - before;
        asked.why = session.why_unproven();
        if (waiter.answer) {
            asked.answered = true;
            asked.after = waiter.after;
            asked.refusal = refusal_of(waiter.answer->body);
            report.answers.push_back({node, sent, waiter.answer->time, session.wall_clock()});
        }
        return asked;
    };
    filter::Filter only;
    only.identities = {node};
    Questions asked;
    asked.broadcast = ask(client::ping_question(only, config.main_collective, config.ttl));
    client::Question ping;
    ping.request = {"rpcutil", "ping", {}, {}, config.main_collective, config.ttl};
    ping.nodes = {node};
    ping.must_go = true;
    asked.directed = ask(std::move(ping));
    if (!asked.broadcast.answered && !asked.directed.answered)
        asked.probe = ask(client::probe_question({}, config.main_collective, {node}));
    report.findings = judge_node(node, asked, others);
    return report;
}

}  // namespace mco::doctor
