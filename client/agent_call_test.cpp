#include "client/agent_call.hpp"

#include "client/select.hpp"
#include "client/testing_link.hpp"
#include "system/log_sinks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace mco::client {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::Fleet;
using testing::FleetLink;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

rpc::Output answer(const rpc::CallBody& call) {
    if (call.action != "get_fact")
        return rpc::failure("no such action");
    return {rpc::Status::ok, "OK", Map{{"fact", *call.inputs.find("fact")}, {"value", "Debian"}}};
}

/// A program that has neither a command line nor a screen.
class AgentCalls : public ::testing::Test {
  protected:
    AgentCalls() { settings_.collective = "mcollective"; }

    Caller caller() {
        return {estate_, settings_, link_, [this]() -> std::istream& { return names_; }};
    }

    Expected<Outcome> get_fact() {
        MCO_TRY(call,
                check_call(catalogue_, settings_, "rpcutil", "get_fact", Map{{"fact", "os"}}));
        return call_nodes(caller(), call, settings_.discovery, status_);
    }

    static std::vector<std::string> senders(const Outcome& outcome) {
        std::vector<std::string> names;
        for (const auto& result : outcome.results)
            names.push_back(result.sender);
        return names;
    }

    Fleet fleet_{{{"web1", Map{{"role", "web"}}, answer},
                  {"web2", Map{{"role", "web"}}, answer},
                  {"db1", Map{{"role", "db"}}, answer}}};
    FleetLink link_{fleet_};
    config::Config config_;
    Catalogue catalogue_{{}};
    NodeMemoryFile memory_{""};
    system::MemorySink::Lines lines_;
    system::Log log_{std::make_unique<system::MemorySink>(lines_), system::Level::warn};
    Estate estate_{config_, catalogue_, memory_, log_, {}};
    CallSettings settings_;
    std::istringstream names_;
    Status status_;
};

TEST_F(AgentCalls, ReachTheNodesOfTheFilter) {
    settings_.filter.facts = {{"role", "web", "=="}};
    const auto outcome = get_fact();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), UnorderedElementsAre("web1", "web2"));
    ASSERT_EQ(outcome->summaries.size(), 1u);
    EXPECT_THAT(outcome->summaries[0].lines, ElementsAre(HasSubstr("Debian = 2")));
}

TEST_F(AgentCalls, ReachThoseWhomAListNames) {
    names_.str("db1\n");
    settings_.discovery = {"stdin", {"auto"}, true};
    const auto outcome = get_fact();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), ElementsAre("db1"));
}

TEST_F(AgentCalls, ReachOneNodeByItsName) {
    const auto call =
        check_call(catalogue_, settings_, "rpcutil", "get_fact", Map{{"fact", "os"}}).value();
    const auto outcome = call_node(caller(), call, "web2", status_);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), ElementsAre("web2"));
}

TEST_F(AgentCalls, ReachOnlyThoseOfTheNamedWhomTheRestOfTheFilterMatches) {
    settings_.filter.facts = {{"role", "web", "=="}};
    settings_.filter.identities = {"web1", "db1"};
    const auto outcome = get_fact();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), ElementsAre("web1"));
    ASSERT_EQ(outcome->missing.size(), 1u);
    EXPECT_EQ(outcome->missing[0].node, "db1");
    EXPECT_EQ(outcome->missing[0].absence, Absence::no_match);
    for (const auto& seen : fleet_.seen)
        EXPECT_NE(seen.node, "web2") << "nobody has to ask it anything";
}

TEST_F(AgentCalls, ReachNobodyWhenTheListIsEmpty) {
    settings_.discovery = {"stdin", {"auto"}, true, true};
    const auto outcome = get_fact();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), ElementsAre());
    EXPECT_TRUE(fleet_.seen.empty());
}

TEST_F(AgentCalls, ReachOnlyThoseOfAListWhomACompoundFilterMatches) {
    names_.str("db1\nweb2\n");
    settings_.discovery = {"stdin", {"auto"}, true};
    settings_.filter.compound = select({"role=web"}, catalogue_)->compound;
    const auto outcome = get_fact();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(senders(*outcome), ElementsAre("web2"));
    names_.str("");
    settings_.discovery.piped = true;
    EXPECT_THAT(senders(*get_fact()), ElementsAre())
        << "an empty list and a filter are nobody, too";
}

TEST_F(AgentCalls, AreNotSentToMoreNodesThanAreAllowed) {
    settings_.max_nodes = 2;
    const auto outcome = get_fact();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message,
              "3 nodes would be asked, more than the 2 that are allowed; nothing was sent");
    for (const auto& seen : fleet_.seen)
        EXPECT_EQ(seen.claims.agent, "discovery");
    settings_.max_nodes = 3;
    EXPECT_TRUE(get_fact());
}

TEST_F(AgentCalls, AreRefusedWhenTheDdlDoesNotKnowWhatWasTyped) {
    const auto* ddl = catalogue_.find(plugin_types.front(), "puppet").value();
    const Map typed{{"nopo", "true"}};
    const auto inputs = convert_inputs(*ddl, "runonce", typed, false);
    ASSERT_FALSE(inputs);
    EXPECT_THAT(inputs.error().message,
                HasSubstr("The action runonce has no input 'nopo'; did you mean 'noop'?"));
    EXPECT_EQ(convert_inputs(*ddl, "runonce", typed, true).value(), typed);
    const Map properties{{"type", "file"}, {"name", "/x"}, {"ensure", "present"}};
    EXPECT_EQ(convert_inputs(*ddl, "resource", properties, false).value(), properties)
        << "its declaration says that it takes others";
}

TEST_F(AgentCalls, AreRefusedBeforeAnythingIsSent) {
    const auto call = check_call(catalogue_, settings_, "rpcutil", "get_fact", {});
    ASSERT_FALSE(call);
    EXPECT_THAT(call.error().message, HasSubstr("fact"));
    EXPECT_EQ(check_call(catalogue_, settings_, "nosuch", "get", {}).error().code, Errc::not_found);
    EXPECT_EQ(link_.asked, 0);
}

TEST_F(AgentCalls, RefuseAnUnknownMethodOfDiscovery) {
    settings_.discovery = {"crystal_ball", {}, true};
    EXPECT_THAT(get_fact().error().message, HasSubstr("Unknown discovery method crystal_ball"));
}

TEST_F(AgentCalls, RememberWhoAnswered) {
    ASSERT_TRUE(get_fact());
    EXPECT_THAT(memory_.memory().names(), ElementsAre("db1", "web1", "web2"));
}

}  // namespace
}  // namespace mco::client
