#include "client/absence.hpp"

#include "client/testing.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace mco::client {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint now{hours(500'000)};

Evidence evidence(const std::function<void(Evidence&)>& change) {
    Evidence all;
    all.now = now;
    all.limit = seconds(12);
    all.agent = "puppet";
    all.probed = {"n1"};
    change(all);
    return all;
}

struct Example {
    const char* what;
    std::function<void(Evidence&)> facts;
    Absence absence;
    const char* text;
};

TEST(Explain, NamesTheReasonForEveryKindOfAbsence) {
    const std::vector<Example> examples = {
        {"named, never heard of",
         [](Evidence& e) { e.silent = {"n1"}; },
         Absence::never_seen,
         "no answer; it was never seen from here"},
        {"stopped",
         [](Evidence& e) {
             e.undiscovered = {"n1"};
             e.seen["n1"] = now - minutes(5);
         },
         Absence::not_there,
         "no answer; last seen 5 minutes ago"},
        {"stopped while it was asked",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.seen["n1"] = now - milliseconds(300);
         },
         Absence::not_there,
         "no answer; last seen just now"},
        {"slow",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.alive["n1"] = milliseconds(20);
         },
         Absence::timed_out,
         "matched, but did not reply within 12 seconds"},
        {"one of too many to ask them all again",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.probed.clear();
         },
         Absence::timed_out,
         "matched, but did not reply within 12 seconds"},
        {"named, and without that agent",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.alive["n1"] = milliseconds(20);
             e.found = false;
         },
         Absence::timed_out,
         "did not reply within 12 seconds; is its agent puppet active?"},
        {"found too late",
         [](Evidence& e) {
             e.undiscovered = {"n1"};
             e.alive["n1"] = milliseconds(0);
             e.matching = {"n1"};
         },
         Absence::timed_out,
         "matches the filter, but answered discovery too late to be asked"},
        {"named, and not matched by the rest of the filter",
         [](Evidence& e) {
             e.undiscovered = {"n1"};
             e.named = {"n1"};
             e.alive["n1"] = milliseconds(0);
         },
         Absence::no_match,
         "it is there, but the filter does not match it"},
        {"an hour ahead",
         [](Evidence& e) {
             e.undiscovered = {"n1"};
             e.alive["n1"] = hours(1) - milliseconds(10);
         },
         Absence::clock_skew,
         "its clock is 1 hour ahead of ours, so it takes requests for expired"},
        {"two hours behind",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.alive["n1"] = -hours(2);
         },
         Absence::clock_skew,
         "its clock is 2 hours behind ours, so it takes requests for ones from the future"},
        {"expired certificate, never found",
         [](Evidence& e) { e.unproven["n1"] = "certificate has expired"; },
         Absence::not_provable,
         "something replied in its name, but nobody could prove who: certificate has expired"},
        {"expired certificate, known from before",
         [](Evidence& e) {
             e.undiscovered = {"n1"};
             e.seen["n1"] = now - hours(1);
             e.unproven["n1"] = "certificate has expired";
         },
         Absence::not_provable,
         "something replied in its name, but nobody could prove who: certificate has expired"},
        {"interrupted while it was working",
         [](Evidence& e) {
             e.silent = {"n1"};
             e.probed.clear();
             e.interrupted = true;
         },
         Absence::timed_out,
         "had not replied when the call was interrupted"},
        {"interrupted",
         [](Evidence& e) { e.not_asked = {"n1"}; },
         Absence::not_asked,
         "not asked: the call was interrupted before its batch"}};
    for (const auto& example : examples) {
        const auto explained = explain(evidence(example.facts));
        EXPECT_EQ(explained.missing, (std::vector<Missing>{{"n1", example.absence, example.text}}))
            << example.what;
        EXPECT_TRUE(explained.moved_on.empty()) << example.what;
    }
}

TEST(Explain, DoesNotMissWhatTheFilterNoLongerMatches) {
    const auto explained = explain(evidence([](Evidence& e) {
        e.undiscovered = {"n1"};
        e.alive["n1"] = milliseconds(3);
    }));
    EXPECT_TRUE(explained.missing.empty());
    EXPECT_EQ(explained.moved_on, (std::vector<std::string>{"n1"}));
}

TEST(Explain, ListsEveryNodeOnceAndByName) {
    const auto explained = explain(evidence([](Evidence& e) {
        e.silent = {"n3", "n1"};
        e.undiscovered = {"n2"};
        e.unproven = {{"n1", "forged"}, {"n4", "forged"}};
    }));
    std::vector<std::string> names;
    for (const auto& missing : explained.missing)
        names.push_back(missing.node);
    EXPECT_EQ(names, (std::vector<std::string>{"n1", "n2", "n3", "n4"}));
}

TEST(Ago, UsesTheLargestUnitThatFits) {
    const std::vector<std::pair<milliseconds, const char*>> cases = {
        {milliseconds(999), "just now"},
        {milliseconds(1400), "1 second ago"},
        {seconds(59), "59 seconds ago"},
        {minutes(1), "1 minute ago"},
        {minutes(119), "1 hour ago"},
        {hours(49), "2 days ago"}};
    for (const auto& [time, text] : cases)
        EXPECT_EQ(ago(time), text);
}

TEST(Refusal, IsToldFromOtherFailures) {
    const std::vector<std::pair<Result, std::string>> cases = {
        {{"n1", 1, "You are not authorized to call this agent or action.", {}},
         "You are not authorized to call this agent or action."},
        {{"n1", 5, "The request could not be authorised", {}},
         "The request could not be authorised"},
        {{"n1", 1, "disk is full", {}}, ""},
        {{"n1", 0, "you are not authorized", {}}, ""}};
    for (const auto& [result, text] : cases)
        EXPECT_EQ(refusal(result), text) << result.message;
}

/// Asks for signs of life; who gave one.
Expected<std::map<std::string, milliseconds>> probe(Session& session,
                                                    const std::vector<std::string>& nodes) {
    ProbeWaiter waiter(nodes, milliseconds(200), session.clock());
    MCO_CHECK(session.exchange(
        "mcollective", "discovery", probe_question({}, "mcollective", nodes), waiter));
    return waiter.alive();
}

TEST(Probe, FindsThoseWhoAreThere) {
    testing::Fleet fleet({{"n1"}, {"n2"}});
    const auto alive = probe(fleet.session(), {"n1", "n2", "gone"});
    ASSERT_TRUE(alive) << alive.error().message;
    ASSERT_EQ(alive->size(), 2u);
    EXPECT_LT(std::chrono::abs(alive->at("n1")), seconds(5));
    EXPECT_EQ(fleet.seen.at(0).claims.ttl, std::chrono::hours(24));
}

TEST(Probe, KeepsOnlyNamesOfThoseWhoCannotBeProven) {
    testing::Fleet fleet({{"forger", {}, {}, false, "another key"},
                          {"\x1b[2Jdriver of terminals", {}, {}, false, "another key"}});
    auto& session = fleet.session();
    const auto alive = probe(session, {"forger", "\x1b[2Jdriver of terminals"});
    ASSERT_TRUE(alive) << alive.error().message;
    EXPECT_TRUE(alive->empty());
    EXPECT_EQ(session.unproven(), 2u);
    ASSERT_EQ(session.unproven_answers().senders().size(), 1u);
    EXPECT_EQ(session.unproven_answers().senders().begin()->first, "forger");
}

}  // namespace
}  // namespace mco::client
