// Compares the resources of many nodes as one conversation: a digest of every type from all of
// them, then a listing from one node of each group of equals; agents that know no digests are
// searched (resources §5).
#pragma once

#include "client/compose.hpp"
#include "client/dialogue.hpp"
#include "client/outcome.hpp"
#include "client/resources/comparison.hpp"
#include "client/resources/inquiry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mco::client {

struct BrowseOrder {
    std::vector<std::string> nodes;  ///< each once
    std::vector<std::string> types;  ///< lower case, each once; at least one
    ListingRules rules;
    Request request;                           ///< filter, collective, ttl; the rest is filled in
    Route route = Route::broadcast;            ///< of the first round
    bool direct = true;                        ///< requests may go to single nodes
    std::chrono::milliseconds limit{180'000};  ///< for each answer
    std::size_t at_once = 50;                  ///< lists that are on their way
};

/// How far it is.
struct BrowseProgress {
    std::size_t nodes = 0;
    std::size_t answered = 0;  ///< in the first round
    std::size_t listings = 0;  ///< that are wanted, as far as is known
    std::size_t listed = 0;
};

/// An interrupt ends it: what was told until then counts, whoever is not finished has failed.
class Browse final : public Dialogue {
  public:
    using OnProgress = std::function<void(const BrowseProgress&)>;

    /// `on_progress` may be empty; it is called whenever something happened.
    explicit Browse(BrowseOrder order, OnProgress on_progress = {});

    std::vector<Question> next(Monotonic now) override;
    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) override;
    void on_interrupt(Monotonic now) override;
    Monotonic wake_at() const override;

    bool finished() const override { return finished_; }

    /// When it is finished, once.
    Comparison take_comparison();

  private:
    struct Waiting {
        std::unique_ptr<Inquiry> inquiry;
        NodeNumber node = 0;
        Monotonic sent;
    };

    Question digest_question() const;
    Question question(const Inquiry::Ask& ask, std::uint64_t mark) const;
    void on_digests(const Result& result);
    void on_digests_of(NodeNumber node, const Value& data);
    void begin_listings();
    void on_listing(Waiting waiting, const Result& result);
    void go_on(std::unique_ptr<Inquiry> inquiry, Inquiry::Next next);
    void give_up_overdue(Monotonic now);
    std::vector<Question> send(Monotonic now);
    void conclude();
    void tell() const;
    std::string why_silent() const;

    BrowseOrder order_;
    OnProgress on_progress_;
    Comparison comparison_;
    BrowseProgress progress_;
    std::unordered_map<std::string, NodeNumber> numbers_;  // of the nodes, by name
    std::optional<Monotonic> begun_;
    std::unordered_set<NodeNumber> digested_;  // who answered in the first round
    std::vector<NodeNumber> searched_;         // who knows no digests
    /// For each type the nodes by digest, in the order of arrival.
    std::vector<std::map<std::string, std::vector<NodeNumber>>> groups_;
    bool listing_ = false;
    std::deque<std::unique_ptr<Inquiry>> queue_;
    std::map<std::uint64_t, Waiting> waiting_;  // by mark: in the order of sending
    std::uint64_t last_mark_ = 0;
    bool finished_ = false;
};

}  // namespace mco::client
