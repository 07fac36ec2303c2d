#include "daemon/node.hpp"

#include "core/filter/compound.hpp"
#include "daemon/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mco::daemon {
namespace {

using message::Gate;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class NodePipeline : public testing::Test {
  protected:
    TestNode test_;

    void check_dropped(const std::string& key, Gate gate) {
        const auto before = test_.node().counters().at(gate).load();
        const auto task = test_.triage(key);
        ASSERT_FALSE(task) << key;
        EXPECT_EQ(message::name(task.error().gate), message::name(gate)) << task.error().reason;
        EXPECT_EQ(test_.node().counters().at(gate).load(), before + 1);
    }
};

TEST_F(NodePipeline, AnswersAPing) {
    test_.request("ping", "discovery", "ping");
    const auto task = test_.triage("ping");
    ASSERT_TRUE(task);
    EXPECT_TRUE(task->wants_reply());
    const message::Reply reply = test_.node().perform(*task);
    EXPECT_EQ(reply.id, "id-ping");
    EXPECT_EQ(reply.sender, "node1");
    EXPECT_EQ(reply.agent, "discovery");
    EXPECT_EQ(reply.collective, "mcollective");
    EXPECT_EQ(reply.time, test_.world.clock.time);
    EXPECT_EQ(reply.body, Value("pong"));
}

TEST_F(NodePipeline, DoesNotKnowOtherDiscoveryRequests) {
    test_.request("odd", "discovery", "inventory");
    EXPECT_EQ(test_.node().perform(*test_.triage("odd")).body, Value("Unknown Request: inventory"));
}

TEST_F(NodePipeline, DropsAtEachGate) {
    check_dropped("", Gate::malformed);
    check_dropped("nobody knows this", Gate::untrusted);
    test_.request("old", "discovery", "ping").time -= std::chrono::seconds(121);  // ttl and skew
    check_dropped("old", Gate::expired);
    test_.request("early", "discovery", "ping").time += std::chrono::seconds(61);
    check_dropped("early", Gate::future);
    test_.request("twice", "discovery", "ping");
    EXPECT_TRUE(test_.triage("twice"));
    check_dropped("twice", Gate::replayed);
    test_.request("elsewhere", "discovery", "ping").collective = "uk";
    check_dropped("elsewhere", Gate::not_for_us);
    test_.request("other", "discovery", "ping").filter.identities = {"node2"};
    check_dropped("other", Gate::not_for_us);
    test_.request("pattern", "discovery", "ping").filter.classes = {"/(/"};
    check_dropped("pattern", Gate::not_for_us);
    test_.request("agent", "nonesuch", rpc::request_body("nonesuch", "x", "cert=alice", {}, true));
    check_dropped("agent", Gate::unknown_agent);
    test_.request("body", "moody", "no map");
    check_dropped("body", Gate::malformed);
    EXPECT_EQ(test_.node().counters().total.load(), 11u);
    EXPECT_EQ(test_.node().counters().validated.load(), 9u);
    EXPECT_EQ(test_.node().counters().passed.load(), 2u);
}

TEST_F(NodePipeline, RepliesOnlyWhereRepliesGo) {
    test_.request("reflect", "discovery", "ping").reply_to = "/topic/mcollective.discovery.agent";
    check_dropped("reflect", Gate::malformed);
    test_.request("nowhere", "discovery", "ping").reply_to = "";
    check_dropped("nowhere", Gate::malformed);
    auto& silent =
        test_.request("silent",
                      "moody",
                      rpc::request_body("moody", "greet", "cert=alice", {{"name", "bob"}}, false));
    silent.reply_to = "";
    const auto task = test_.triage("silent");
    ASSERT_TRUE(task) << "nothing will be sent, so the address does not matter";
    EXPECT_FALSE(task->wants_reply());
}

TEST_F(NodePipeline, MatchesFactsAndClassesAsOfNow) {
    auto& claims = test_.request("web", "discovery", "ping");
    claims.filter.facts = {{"role", "web", "=="}};
    claims.filter.classes = {"base"};
    check_dropped("web", Gate::not_for_us);
    test_.node().set_facts(
        std::make_shared<facts::Document>(facts::Document{Map{{"role", "web"}}, {}, true}));
    test_.node().set_classes({"base", "web"});
    test_.request("again", "discovery", "ping").filter = claims.filter;
    EXPECT_TRUE(test_.triage("again"));
    test_.request("agents", "discovery", "ping").filter.agents = {"moody", "discovery"};
    EXPECT_TRUE(test_.triage("agents"));
}

TEST_F(NodePipeline, FillsOutputsAndPassesInputs) {
    EXPECT_EQ(
        test_.answer("greet", {{"name", "bob"}}),
        R"({:statuscode=>0, :statusmsg=>"OK", :data=>{:greeting=>"hello bob", :mood=>"fine"}})");
}

TEST_F(NodePipeline, AnswersWithEachStatus) {
    EXPECT_EQ(test_.answer("refuse", {{"code", 1}}),
              R"({:statuscode=>1, :statusmsg=>"no", :data=>{:mood=>"fine"}})");
    EXPECT_THAT(test_.answer("declared_only"), StartsWith("{:statuscode=>2"));
    EXPECT_THAT(test_.answer("refuse", {{"code", 3}}), StartsWith("{:statuscode=>3"));
    EXPECT_EQ(test_.answer("throw"),
              R"({:statuscode=>5, :statusmsg=>"bad mood", :data=>{:mood=>"fine"}})");
    EXPECT_THAT(test_.answer("throw_anything"), StartsWith("{:statuscode=>5"));
}

TEST_F(NodePipeline, RefusesInputsThatTheDdlDoesNotAllow) {
    for (const Map& inputs :
         {Map{{"name", "Bob"}}, Map{{"name", "abcdefghijk"}}, Map{{"name", 7}}, Map{}}) {
        const std::string answer = test_.answer("greet", inputs);
        EXPECT_THAT(answer, StartsWith("{:statuscode=>4"));
        EXPECT_THAT(answer, HasSubstr("name"));
        EXPECT_THAT(answer, HasSubstr(":mood=>\"fine\""));
    }
    EXPECT_THAT(test_.answer("nonesuch"), StartsWith("{:statuscode=>4"));
}

TEST_F(NodePipeline, SaysWhenAReplyCannotBeSent) {
    EXPECT_EQ(test_.answer("huge"),
              R"({:statuscode=>5, :statusmsg=>"The reply is too large", :data=>{:data=>nil}})");
    test_.provider.refuses_to_seal = "hello";
    EXPECT_THAT(test_.answer("greet", {{"name", "bob"}}), HasSubstr("cannot be encoded"));
}

TEST_F(NodePipeline, ActivatesAgentsAsConfigured) {
    test_.world.config.plugin["moody.activate_agent"] = {"0", "server.cfg:1"};
    test_.world.config.plugin["puppet.activate_agent"] = {"perhaps", "server.cfg:2"};
    const auto agents = test_.node().inventory()->agents;
    EXPECT_THAT(agents, ::testing::IsSupersetOf({"discovery", "rpcutil"}));
    EXPECT_THAT(agents, Not(::testing::Contains(::testing::AnyOf("moody", "puppet"))));
    test_.call("off", "greet", {{"name", "bob"}});
    check_dropped("off", Gate::unknown_agent);
}

TEST_F(NodePipeline, KeepsDiscoveryWhenNoAgentIsActive) {
    test_.world.config.activate_agents = false;
    test_.world.config.plugin["rpcutil.activate_agent"] = {"1", "server.cfg:1"};
    EXPECT_THAT(test_.node().inventory()->agents, ElementsAre("discovery", "rpcutil"));
    EXPECT_EQ(test_.node().longest_timeout(), std::chrono::seconds(10));
}

TEST_F(NodePipeline, AnswersWhatTheAuthorizerSays) {
    test_.decide = [](const message::Request& request, std::string_view action) -> Verdict {
        if (action == "refuse")
            throw std::runtime_error("the policy is on fire");
        return {request->caller == "cert=alice" && action == "greet",
                "moody.policy:3",
                rpc::Status::aborted,
                "You are not authorized"};
    };
    EXPECT_THAT(test_.answer("greet", {{"name", "bob"}}), HasSubstr("hello bob"));
    EXPECT_EQ(test_.answer("throw"),
              R"({:statuscode=>1, :statusmsg=>"You are not authorized", :data=>{:mood=>"fine"}})");
    EXPECT_EQ(
        test_.answer("refuse"),
        R"({:statuscode=>5, :statusmsg=>"The request could not be authorised", :data=>{:mood=>"fine"}})");
    EXPECT_EQ(test_.node().counters().denied.load(), 2u);
    EXPECT_THAT(test_.answer("nonesuch"), StartsWith("{:statuscode=>4"))
        << "what is not declared is not asked for";
    test_.request("ping", "discovery", "ping");
    EXPECT_EQ(test_.node().perform(*test_.triage("ping")).body, Value("pong"));
}

TEST_F(NodePipeline, FiltersReadOnlyWhatTheAuthorizerAllows) {
    std::vector<std::string> asked;
    test_.decide = [&asked](const message::Request&, std::string_view subject) -> Verdict {
        asked.emplace_back(subject);
        return {!subject.starts_with("fact:secret"), "filter.policy:2", rpc::Status::aborted, ""};
    };
    test_.node().set_facts(std::make_shared<facts::Document>(
        facts::Document{Map{{"os", "Debian"}, {"secret", "s3cret"}}, {}, true}));
    test_.request("free", "discovery", "ping").filter.facts = {{"os", "Debian", "=="}};
    EXPECT_TRUE(test_.triage("free"));
    EXPECT_THAT(asked, ElementsAre("fact:os"));
    test_.request("guess", "discovery", "ping").filter.facts = {{"secret", "s", "!="}};
    check_dropped("guess", Gate::not_for_us);
    test_.request("hidden", "discovery", "ping").filter.compound = {
        filter::to_call_stack(*filter::parse_compound("os=Debian and not secret.part=1"))};
    check_dropped("hidden", Gate::not_for_us);
    EXPECT_EQ(test_.node().counters().denied.load(), 2u);
    asked.clear();
    test_.request("other", "discovery", "ping").filter.facts = {{"os", "Plan 9", "=="}};
    check_dropped("other", Gate::not_for_us);
    EXPECT_THAT(asked, ElementsAre()) << "it keeps silent in any case";
}

TEST_F(NodePipeline, DoesNotStartWithoutTheAuthorizerThatIsConfigured) {
    config::Config& config = test_.world.config;
    config.rpcauthorization = true;
    config.rpcauthprovider = "carrier_pigeon";
    EXPECT_THROW(Node({config,
                       test_.world.declarations,
                       test_.provider,
                       test_.world.clock,
                       test_.world.runner,
                       test_.world.log,
                       "3.0.0"}),
                 std::invalid_argument);
}

TEST_F(NodePipeline, DoesNotBeginWhatWasGivenUpWhileItWasDecidedOn) {
    std::atomic<bool> abandoned = false;
    std::atomic<int> acted = 0;
    TestNode slow(7, [&] { ++acted; });
    slow.decide = [&](const message::Request&, std::string_view) {
        abandoned = true;
        return Verdict{true, "a rule", rpc::Status::ok, ""};
    };
    slow.call("slow", "block");
    EXPECT_THAT(text::inspect(slow.node().perform(*slow.triage("slow"), abandoned).body),
                StartsWith("{:statuscode=>5"));
    EXPECT_EQ(acted, 0);
    abandoned = false;
    slow.decide = nullptr;
}

TEST_F(NodePipeline, KeepsSilentToFiltersThatItCannotDecideYet) {
    const auto deny = [](const std::string& text) {
        return filter::to_call_stack(filter::parse_compound(text).value());
    };
    test_.request("not-fact", "discovery", "ping").filter.compound = {deny("not environment=prod")};
    test_.request("not-class", "discovery", "ping").filter.compound = {deny("not web")};
    for (const auto* id : {"not-fact", "not-class"})
        check_dropped(id, Gate::not_for_us);
    EXPECT_EQ(test_.node().counters().undecided, 2u);
    // One of two sources is still missing.
    test_.node().set_facts(
        std::make_shared<facts::Document>(facts::Document{Map{{"os", "Debian"}}, {}, false}));
    test_.request("half", "discovery", "ping").filter.compound = {deny("not environment=prod")};
    check_dropped("half", Gate::not_for_us);
    test_.node().set_facts(
        std::make_shared<facts::Document>(facts::Document{Map{{"os", "Debian"}}, {}, true}));
    test_.node().set_classes({});
    for (const auto& [id, text] :
         {std::pair("known", "not environment=prod"), {"none", "not web"}}) {
        test_.request(id, "discovery", "ping").filter.compound = {deny(text)};
        EXPECT_TRUE(test_.triage(id)) << id;
    }
}

TEST_F(NodePipeline, KnowsWhatIsVouchedForAboutIt) {
    test_.provider.own_trusted =
        Map{{"certname", "node1"}, {"extensions", Map{{"pp_role", "web"}}}};
    auto& claims = test_.request("web", "discovery", "ping");
    claims.filter.facts = {{"trusted.extensions.pp_role", "web", "=="}};
    EXPECT_TRUE(test_.triage("web")) << "before any facts were read";
    test_.node().set_facts(std::make_shared<facts::Document>(
        facts::Document{Map{{"os", "Debian"}, {"trusted.extensions.pp_role", "admin"}}, {}, true}));
    test_.request("again", "discovery", "ping").filter = claims.filter;
    EXPECT_TRUE(test_.triage("again")) << "a facts file does not change it";
    test_.provider.own_trusted = Map{{"certname", "node1"}, {"extensions", Map{}}};
    test_.node().renew_trusted_facts();
    test_.request("later", "discovery", "ping").filter = claims.filter;
    check_dropped("later", Gate::not_for_us);
    EXPECT_EQ(*test_.node().inventory()->facts->find("os"), Value("Debian"));
}

TEST_F(NodePipeline, TellsItsStatistics) {
    test_.answer("greet", {{"name", "bob"}});
    test_.triage("untrusted");
    const Map statistics = test_.node().statistics();
    const auto get = [&statistics](const char* name) { return *statistics.find(name); };
    EXPECT_EQ(get("total"), Value(2));
    EXPECT_EQ(get("validated"), Value(1));
    EXPECT_EQ(get("unvalidated"), Value(1));
    EXPECT_EQ(get("passed"), Value(1));
    EXPECT_EQ(get("starttime"), Value(1800000000));
    EXPECT_EQ(get("version"), Value("3.0.0"));
    EXPECT_EQ(get("agents").array()->size(), test_.node().agents().size());
    EXPECT_EQ(get("agents").array()->front(), Value("discovery"));
    EXPECT_EQ(get("times").map()->size(), 4u);
    EXPECT_GE(get("threads").array()->size(), 1u);
}

TEST_F(NodePipeline, ListsDiscoveryAmongItsAgents) {
    std::vector<std::string> names;
    for (const auto& agent : test_.node().agents())
        names.push_back(agent.agent);
    EXPECT_THAT(names, ::testing::IsSupersetOf({"discovery", "moody", "puppet", "rpcutil"}));
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace mco::daemon
