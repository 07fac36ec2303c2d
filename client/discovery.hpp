// Discovery by broadcast (method "mc", protocol §9.4): who matches the filter is who answers a
// ping.
#pragma once

#include "client/discovery_window.hpp"
#include "client/question.hpp"
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
    std::optional<std::size_t> enough = {};  ///< nodes that are wanted at most
    /// Who answered last time (design D11). While one of them has not, more patience is due; when
    /// all have, only those that are new can be missing, and they get a moment.
    std::vector<std::string> expected = {};
};

/// Collects the names of those who answer, each once, in order of arrival.
class DiscoveryWaiter final : public Waiter {
  public:
    /// While somebody who is expected has not answered.
    static constexpr std::chrono::milliseconds patient_quiet{300};
    /// When everybody has.
    static constexpr std::chrono::milliseconds last_call{25};

    explicit DiscoveryWaiter(DiscoveryPlan plan);

    void on_sent(Monotonic now) override;
    bool on_reply(const message::Reply& reply, Monotonic now) override;
    bool on_tick(Monotonic now) override;
    Monotonic wake_at() const override;

    std::vector<std::string> take_names() { return std::move(names_); }

  private:
    bool all_expected_are_there() const { return any_expected_ && awaited_.empty(); }

    DiscoveryPlan plan_;
    bool any_expected_;
    std::optional<DiscoveryWindow> window_;  // from on_sent() on
    Monotonic last_;                         // answer
    std::vector<std::string> names_;
    std::unordered_set<std::string> known_;    // the same names
    std::unordered_set<std::string> awaited_;  // those of the expected who have not answered
};

/// If every identity in the filter is a plain name, these names, each once: nobody else is meant.
std::optional<std::vector<std::string>> named_nodes(const filter::Filter& filter);

/// The same if nothing else has to hold on these nodes but that they have one agent: then nobody
/// has to be asked (spec 4.5). A node that is named and does not match is not to act.
std::optional<std::vector<std::string>> only_named_nodes(const filter::Filter& filter);

/// The ping by which the nodes of a filter are found: to everybody, or, with direct addressing, to
/// those alone whom it names.
Question discovery_question(const filter::Filter& filter,
                            const std::string& collective,
                            std::chrono::seconds ttl,
                            bool direct_addressing);

}  // namespace mco::client
