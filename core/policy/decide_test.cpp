#include "core/policy/decide.hpp"

#include "core/policy/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Decide : public testing::Test {
  protected:
    std::string caller_ = "cert=a";
    message::Trusted trusted_ = {{"pp_role", "operator"}};
    std::string action_ = "stop";
    Map facts_ = {{"customer", "acme"},
                  {"environment", "production"},
                  {"cpus", "16"},
                  {"load", "0.75"},
                  {"a.b", "literal"},
                  {"a", Map{{"b", "nested"}, {"c.d", "dotted"}}},
                  {"roles", Array{"web", "db"}},
                  {"disks", Array{Map{{"name", "sda"}}}},
                  {"trusted", Map{{"certname", "web1"}, {"extensions", Map{{"pp_role", "web"}}}}}};
    std::vector<std::string> classes_ = {"base", "acme::devserver"};
    std::string groups_ = "ops cert=g1 cert=g2\ncert.team cert=a\nrole trusted:pp_role=operator\n";
    Explanation explanation_;

    Decision decide(const std::string& policy) {
        const Groups groups = parse_groups(groups_, "groups").value();
        explanation_.clear();
        return policy::decide(parse_policy(policy, "p").value(),
                              groups,
                              {caller_, trusted_, action_},
                              {facts_, classes_, data()},
                              &explanation_);
    }

    bool allows(const std::string& policy) { return decide(policy).allowed; }

    /// A rule for our caller with this column of facts.
    bool facts_hold(const std::string& column) { return allows("allow\t*\t*\t" + column + "\t*"); }

    static filter::DataLookup data() {
        return [](const filter::DataTest& test) -> Expected<Map> {
            if (test.name == "puppet")
                return Map{{"enabled", false}, {"applying", true}};
            return fail(Errc::not_found, "no data plug-in " + test.name);
        };
    }
};

TEST_F(Decide, ARuleForAFactIsOneForTheFactsInsideIt) {
    const auto may_read = [this](const std::string& words, const std::string& subject) {
        action_ = subject;
        return allows("allow\t*\t" + words + "\t*\t*");
    };
    EXPECT_TRUE(may_read("fact:os", "fact:os"));
    EXPECT_TRUE(may_read("fact:os", "fact:os.family"));
    EXPECT_TRUE(may_read("fact:os.release", "fact:os.release.major"));
    EXPECT_FALSE(may_read("fact:os.release", "fact:os"));
    EXPECT_FALSE(may_read("fact:os", "fact:osfamily"));
    EXPECT_FALSE(may_read("data:a", "data:a.b"));
    EXPECT_FALSE(may_read("os", "fact:os"));
}

TEST_F(Decide, WhatWasNotReadYetDenies) {
    const auto ground = [&](const std::string& rule, bool facts_read, bool classes_read) {
        const Subject subject{facts_, classes_, data(), facts_read, classes_read};
        return policy::decide(parse_policy("policy default allow\n" + rule, "p").value(),
                              {},
                              {caller_, trusted_, action_},
                              subject)
            .ground;
    };
    const std::string by_fact = "deny\t*\t*\tcustomer=acme\t*", by_class = "deny\t*\t*\t*\tbase";
    const std::string neither = "deny\t*\tstart\tcustomer=acme\tbase";
    EXPECT_EQ(ground(by_fact, false, true), Ground::cannot_decide);
    EXPECT_EQ(ground(by_class, true, false), Ground::cannot_decide);
    EXPECT_EQ(ground(by_fact, true, false), Ground::rule);
    EXPECT_EQ(ground(by_class, false, true), Ground::rule);
    EXPECT_EQ(ground(neither, false, false), Ground::default_line) << "another action's rule";
    EXPECT_EQ(ground("allow\t*\t*\ttrusted.certname=web1\t*", false, false), Ground::rule)
        << "what the certificate says is known";
}

TEST_F(Decide, CallersAreComparedAsWholeWords) {
    EXPECT_TRUE(allows("allow\tcert=a\t*\t*\t*"));
    EXPECT_TRUE(allows("allow\tcert=x cert=a\t*\t*\t*"));
    EXPECT_FALSE(allows("allow\tcert=ab\t*\t*\t*"));
    EXPECT_FALSE(allows("allow\txcert=a\t*\t*\t*"));
    EXPECT_TRUE(allows("allow\t*\t*\t*\t*"));
}

TEST_F(Decide, GroupsHoldIdsAndExtensions) {
    EXPECT_FALSE(allows("allow\tops\t*\t*\t*"));
    EXPECT_TRUE(allows("allow\tops cert.team\t*\t*\t*"));
    EXPECT_TRUE(allows("allow\trole\t*\t*\t*"));
    EXPECT_FALSE(allows("allow\tnosuch\t*\t*\t*"));
    caller_ = "cert=g2";
    EXPECT_TRUE(allows("allow\tops\t*\t*\t*"));
    trusted_.clear();
    EXPECT_FALSE(allows("allow\trole\t*\t*\t*"));
}

TEST_F(Decide, ExtensionsOfTheCaller) {
    EXPECT_TRUE(allows("allow\ttrusted:pp_role=operator\t*\t*\t*"));
    EXPECT_FALSE(allows("allow\ttrusted:pp_role=oper\t*\t*\t*"));
    EXPECT_FALSE(allows("allow\ttrusted:role=operator\t*\t*\t*"));
    caller_ = "trusted:pp_role=operator";  // no caller id can look like this, but if one did:
    trusted_.clear();
    EXPECT_FALSE(allows("allow\ttrusted:pp_role=operator\t*\t*\t*"));
}

TEST_F(Decide, Actions) {
    EXPECT_TRUE(allows("allow\t*\tstart stop\t*\t*"));
    EXPECT_FALSE(allows("allow\t*\tstart status\t*\t*"));
    EXPECT_FALSE(allows("allow\t*\tstopall\t*\t*"));
}

TEST_F(Decide, Facts) {
    for (const char* column : {"customer=acme",
                               "customer=acme environment=production",
                               "customer=/ac/",
                               "customer=~/^acme$/",
                               "customer!=other",
                               "cpus>4",
                               "cpus>=16",
                               "cpus<=16.0",
                               "cpus<100",
                               "load<0.8",
                               "load>0.5",
                               "customer>abc",
                               "a.b=literal",
                               "a.c.d=dotted",
                               "roles=db",
                               "roles=/^we/",
                               "roles.0=web",
                               "disks.0.name=sda",
                               "trusted.certname=web1",
                               "trusted.extensions.pp_role=web",
                               "trusted=certname",
                               "customer=other or environment=production",
                               "(customer=acme)",
                               "base and customer=acme"})
        EXPECT_TRUE(facts_hold(column)) << column;
    for (const char* column : {"customer=acm",
                               "customer=acme environment=test",
                               "nosuch=1",
                               "nosuch!=1",
                               "nosuch<1",
                               "not customer=acme",
                               "cpus=16.0",
                               "cpus<4",
                               "roles.2=web",
                               "roles.x=web",
                               "disks=sda",
                               "customer.x=acme",
                               "a.=1",
                               "trusted.extensions.nosuch=web"})
        EXPECT_FALSE(facts_hold(column)) << column;
}

TEST_F(Decide, Classes) {
    EXPECT_TRUE(allows("allow\t*\t*\t*\tbase acme::devserver"));
    EXPECT_TRUE(allows("allow\t*\t*\t*\t/acme/"));
    EXPECT_TRUE(allows("allow\t*\t*\t*\tbase and not apache"));
    EXPECT_FALSE(allows("allow\t*\t*\t*\tbase apache"));
    EXPECT_FALSE(allows("allow\t*\t*\t*\tacme"));
}

TEST_F(Decide, FourColumns) {
    EXPECT_TRUE(allows("allow\t*\t*\t*"));
    EXPECT_TRUE(allows("allow\t*\t*\tcustomer=acme and base"));
    EXPECT_TRUE(allows("allow\t*\t*\tcustomer=other or not environment=dev"));
    EXPECT_FALSE(allows("allow\t*\t*\tapache"));
}

TEST_F(Decide, AndAndOrGoFromLeftToRight) {
    EXPECT_FALSE(allows("allow\t*\t*\tbase or base and apache"));
    EXPECT_TRUE(allows("allow\t*\t*\tbase or (base and apache)"));
}

TEST_F(Decide, DataFunctions) {
    EXPECT_TRUE(allows("allow\t*\t*\tpuppet().enabled=false"));
    EXPECT_FALSE(allows("allow\t*\t*\tpuppet().enabled=true"));
    EXPECT_FALSE(allows("allow\t*\t*\tpuppet().enabled=maybe"));
    EXPECT_FALSE(allows("allow\t*\t*\tpuppet().nosuch=1"));
}

TEST_F(Decide, ADataFunctionThatCannotBeAskedOpensNothing) {
    for (const char* rule : {"allow\t*\t*\tnosuch('x').y=1",
                             "allow\t*\t*\tnot nosuch('x').y=1",
                             "deny\t*\t*\tnosuch('x').y=1"}) {
        const auto decision = decide(std::string("policy default allow\n") + rule + "\n");
        EXPECT_FALSE(decision.allowed) << rule;
        EXPECT_EQ(decision.ground, Ground::cannot_decide) << rule;
        EXPECT_THAT(decision.text, HasSubstr("no data plug-in nosuch")) << rule;
    }
    EXPECT_TRUE(allows("deny\t*\tstart\tnosuch('x').y=1\t*\nallow\t*\t*\t*\t*"));
}

TEST_F(Decide, TheFirstMatchWinsAndThenTheDefault) {
    const auto first = decide("policy default allow\ndeny\t*\tstop\t*\t*\nallow\t*\t*\t*\t*\n");
    EXPECT_FALSE(first.allowed);
    EXPECT_EQ(first.ground, Ground::rule);
    EXPECT_EQ(first.line, 2U);
    EXPECT_EQ(first.text, "deny  *  stop  *  *");
    action_ = "start";
    EXPECT_EQ(decide("deny\t*\tstop\t*\t*\nallow\t*\t*\t*\t*\n").line, 2U);
    const auto stated = decide("policy default deny\ndeny\t*\tstop\t*\t*\npolicy default allow\n");
    EXPECT_TRUE(stated.allowed);
    EXPECT_EQ(stated.ground, Ground::default_line);
    EXPECT_EQ(stated.line, 3U);
}

TEST_F(Decide, WithoutARuleOthersDecide) {
    EXPECT_FALSE(allows(""));
    EXPECT_EQ(decide("").ground, Ground::no_rule);
    EXPECT_EQ(decide("allow\t*\tstart\t*\t*\n").ground, Ground::no_rule);
}

TEST_F(Decide, DeniesWhatItCannotEvaluate) {
    facts_.set("long", std::string(200, 'a') + "b");
    const auto decision = decide("policy default allow\nallow\t*\t*\tlong=/^(a+)+$/\t*\n");
    EXPECT_FALSE(decision.allowed);
    EXPECT_EQ(decision.ground, Ground::cannot_decide);
    EXPECT_EQ(decision.line, 2U);
    EXPECT_THAT(decision.text, HasSubstr("gave up"));
}

TEST_F(Decide, ExplainsHowEachColumnWasJudged) {
    decide(
        "deny\tops\t*\t*\t*\nallow\tcert=a\tstop\tcpus>20 customer=acme\t*\n"
        "allow\tcert=a\t*\tpuppet().enabled=false\tbase\ndeny\t*\t*\t*\t*\n");
    ASSERT_EQ(explanation_.size(), 3U);
    EXPECT_EQ(explanation_[0].columns[0].outcome, Judged::Outcome::fails);
    EXPECT_THAT(explanation_[0].columns[0].why,
                ElementsAre("the group ops does not have the caller"));
    EXPECT_EQ(explanation_[0].columns[2].outcome, Judged::Outcome::not_asked);
    EXPECT_EQ(explanation_[1].columns[2].outcome, Judged::Outcome::fails);
    EXPECT_THAT(explanation_[1].columns[2].why, ElementsAre("the fact cpus is 16"));
    EXPECT_FALSE(explanation_[1].decides);
    EXPECT_TRUE(explanation_[2].decides);
    EXPECT_THAT(explanation_[2].columns[2].why, ElementsAre("puppet('').enabled is as wanted"));
    EXPECT_THAT(explanation_[2].columns[3].why, ElementsAre("there is a class base"));
}

}  // namespace
}  // namespace mco::policy
