#include "core/filter/match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <rapidcheck.h>

namespace mco::filter {
namespace {

using ::testing::HasSubstr;

Inventory node() {
    Inventory inventory;
    inventory.identity = "web1.example.net";
    inventory.classes = {"base", "apache", "acme::devserver"};
    inventory.agents = {"discovery", "puppet", "rpcutil"};
    inventory.collectives = {"mcollective"};
    inventory.facts = std::make_shared<Map>(
        Map{{"os", "Debian"},
            {"cpus", "4"},
            {"load", "4.0"},
            {"empty", ""},
            {"odd", "1x5"},
            {"huge", "123456789012345678901234567890"},
            {"lines", "one\n22"},
            {"disks", Array{"sda", "sdb"}},
            {"nics", Map{{"eth0", "up"}, {"lo", "down"}}},
            {"nested", Array{Array{"a"}, "b"}},
            {"net", Map{{"eth0", Map{{"mtu", "1500"}}}, {"addresses", Array{"127.0.0.1", "::1"}}}},
            {"literal.name", "wins"},
            {"literal", Map{{"name", "loses"}, {"other", "inside"}}}});
    return inventory;
}

Filter facts(std::string fact, std::string op, std::string value) {
    Filter filter;
    filter.facts.push_back({std::move(fact), std::move(value), std::move(op)});
    return filter;
}

Filter identities(std::vector<std::string> entries) {
    Filter filter;
    filter.identities = std::move(entries);
    return filter;
}

Filter classes(std::vector<std::string> entries) {
    Filter filter;
    filter.classes = std::move(entries);
    return filter;
}

Filter agents(std::vector<std::string> entries) {
    Filter filter;
    filter.agents = std::move(entries);
    return filter;
}

struct Case {
    Filter filter;
    bool expected;
};

void check(const std::vector<Case>& cases) {
    const auto inventory = node();
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto outcome = matches(cases[i].filter, inventory);
        ASSERT_TRUE(outcome) << "case " << i << ": " << outcome.error().message;
        EXPECT_EQ(*outcome, cases[i].expected) << "case " << i;
    }
}

TEST(Match, EmptyFilterPassesUnlessItHasOtherKeys) {
    Filter with_collective;
    with_collective.other_keys = true;
    auto agent_and_collective = agents({"puppet"});
    agent_and_collective.other_keys = true;
    check({{Filter{}, true}, {with_collective, false}, {agent_and_collective, true}});
}

TEST(Match, ClassesAreLiteralOrPatternsAndAllMustBePresent) {
    check({
        {classes({"apache"}), true},
        {classes({"apach"}), false},
        {classes({"Apache"}), false},
        {classes({"/apach/"}), true},
        {classes({"/^ap.che$/"}), true},
        {classes({"/APACHE/"}), false},
        {classes({"/ba/se/"}), true},
        {classes({"/acme::/"}), true},
        {classes({"apache", "base"}), true},
        {classes({"apache", "mysql"}), false},
        {classes({"x\n/base"}), false},
        {classes({""}), false},
        {classes({"/"}), true},
    });
}

TEST(Match, AgentsAreNamesOrPatternsAndMcollectiveIsEveryone) {
    check({
        {agents({"puppet"}), true},
        {agents({"package"}), false},
        {agents({"/^rpc/"}), true},
        {agents({"mcollective"}), true},
        {agents({"mcollective", "package"}), false},
        {agents({"puppet", "rpcutil"}), true},
    });
}

TEST(Match, IdentityWantsExactlyOneFit) {
    check({
        {identities({"web1.example.net"}), true},
        {identities({"web2.example.net"}), false},
        {identities({"web2.example.net", "web1.example.net"}), true},
        {identities({"/web/"}), true},
        {identities({"/web/", "/db/"}), true},
        {identities({"web1.example.net", "/web/"}), false},
        {identities({"/web/", "/example/"}), false},
        {identities({"web1.example.net", "web1.example.net"}), false},
        {identities({"WEB1.example.net"}), false},
    });
}

TEST(Match, EqualityIsByBytes) {
    check({
        {facts("os", "==", "Debian"), true},
        {facts("os", "==", "debian"), false},
        {facts("cpus", "==", "4"), true},
        {facts("cpus", "==", "4.0"), false},
        {facts("load", "==", "4"), false},
        {facts("empty", "==", ""), true},
    });
}

TEST(Match, AnAbsentFactSatisfiesNothing) {
    for (const std::string op : {"==", "!=", "<", ">", "<=", ">=", "=~", "=", ""})
        check({{facts("absent", op, "x"), false}});
    check({{facts("nics.eth0.up", "==", "up"), false}});
}

TEST(Match, UnknownOperatorsNeverMatch) {
    check({{facts("os", "=", "Debian"), false},
           {facts("os", "", "Debian"), false},
           {facts("os", "=>", "Debian"), false}});
}

TEST(Match, PatternsLoseOnePairOfSlashes) {
    check({
        {facts("os", "=~", "/ebia/"), true},
        {facts("os", "=~", "ebia"), true},
        {facts("os", "=~", "/^bian/"), false},
        {facts("os", "=~", "/debian/"), false},
        {facts("os", "=~", "//ebia//"), false},
        {facts("os", "=~", "/(?i)debian/"), true},
    });
}

TEST(Match, OrderIsNumericOnlyWhenBothSidesLookAlike) {
    check({
        {facts("cpus", ">", "3"), true},
        {facts("cpus", "<", "10"), true},
        {facts("cpus", ">=", "4"), true},
        {facts("cpus", "<=", "4"), true},
        {facts("cpus", "!=", "4"), false},
        {facts("cpus", "!=", "5"), true},
        {facts("cpus", "!=", "04"), false},
        {facts("load", "<", "10.5"), true},
        {facts("load", "!=", "4.00"), false},
        {facts("load", ">=", "4.0"), true},
        // An integer against a float is compared as text, unless three digits make it look like a
        // float.
        {facts("load", "<", "10"), false},
        {facts("cpus", "<", "10.5"), false},
        {facts("load", "<", "100"), true},
        {facts("cpus", ">", "-1"), true},
        {facts("os", "<", "Fedora"), true},
        {facts("os", "!=", "debian"), true},
        {facts("huge", ">", "99999999999999999999999999999"), true},
        {facts("huge", "<", "123456789012345678901234567891"), true},
        {facts("empty", "<", "0"), true},
    });
}

TEST(Match, ListsMatchByAnyElementAndMapsByAnyKey) {
    check({
        {facts("disks", "==", "sdb"), true},
        {facts("disks", "==", "sdc"), false},
        {facts("disks", "!=", "sda"), true},
        {facts("disks", "=~", "/^sd/"), true},
        {facts("nics", "==", "eth0"), true},
        {facts("nics", "==", "up"), false},
        {facts("nics", "=~", "/^lo$/"), true},
        {facts("nested", "==", "b"), true},
        {facts("nested", "==", "a"), false},
        {facts("nested", "!=", "b"), true},
    });
}

TEST(Match, DifferentKeysAreAllRequired) {
    auto filter = facts("os", "==", "Debian");
    filter.classes = {"apache"};
    filter.agents = {"puppet"};
    filter.identities = {"/web/"};
    check({{filter, true}});
    for (auto breaking : {0, 1, 2, 3}) {
        auto broken = filter;
        if (breaking == 0)
            broken.facts.push_back({"cpus", "5", "=="});
        if (breaking == 1)
            broken.classes.emplace_back("mysql");
        if (breaking == 2)
            broken.agents.emplace_back("package");
        if (breaking == 3)
            broken.identities = {"db1"};
        check({{broken, false}});
    }
}

TEST(Match, ErrorsAbortAndNameTheCulprit) {
    const std::vector<std::pair<Filter, std::string>> cases = {
        {facts("os", "=~", "/(/"), "/(/"},
        {facts("odd", "<", "2.5"), "/1x5/"},
        {facts("load", "<", "1x5"), "/1x5/"},
        {facts("lines", "<", "3"), "/one\\x0a22/"},
        {facts("nested", "<", "a"), "nested"},
        {classes({"/[/"}), "/[/"},
        {agents({"/(/"}), "/(/"},
        {identities({"/(/"}), "/(/"},
        {identities({"/^([a-z]+)+$/"}), "gave up"},
    };
    for (const auto& [filter, culprit] : cases) {
        auto inventory = node();
        inventory.identity = std::string(60, 'a') + "!";
        const auto outcome = matches(filter, inventory);
        ASSERT_FALSE(outcome) << culprit;
        EXPECT_THAT(outcome.error().message, HasSubstr(culprit));
    }
}

TEST(Match, CompoundFiltersCountToo) {
    const auto with = [](const char* statement) {
        Filter filter = classes({"base"});
        filter.compound = {Array{Map{{"statement", statement}}}};
        return filter;
    };
    auto others_fail = with("apache");
    others_fail.agents = {"nosuch"};
    check({{with("apache"), true}, {with("nginx"), false}, {others_fail, false}});
    Filter function;
    function.compound = {Array{
        Map{{"fstatement",
             Map{{"name", "fstat"}, {"value", "size"}, {"operator", ">"}, {"r_compare", "1"}}}}}};
    const auto outcome = matches(function, node());
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("data plug-ins"));
}

TEST(Match, FactsGoByPathsIntoStructures) {
    check({{facts("net.eth0.mtu", "==", "1500"), true},
           {facts("net.eth0.mtu", ">", "1000"), true},
           {facts("net.eth0.nosuch", "!=", "x"), false},
           {facts("disks.1", "==", "sdb"), true},
           {facts("disks.2", "==", "sdb"), false},
           {facts("net.addresses", "==", "::1"), true},
           {facts("net.eth0", "==", "mtu"), true},
           {facts("literal.name", "==", "wins"), true},
           {facts("literal.other", "==", "inside"), true}});
}

/// The rules of protocol §7.2 spelt out once more, for filters without patterns: count what passes
/// and what fails.
bool naively_matches(const Filter& filter, const Inventory& inventory) {
    const auto has = [](const std::vector<std::string>& names, const std::string& name) {
        return std::count(names.begin(), names.end(), name) > 0;
    };
    int passed = filter == Filter{} ? 1 : 0;
    int failed = 0;
    const auto count = [&](bool hit) { ++(hit ? passed : failed); };
    for (const auto& name : filter.classes)
        count(has(inventory.classes, name));
    for (const auto& name : filter.agents)
        count(has(inventory.agents, name) || name == "mcollective");
    for (const auto& test : filter.facts) {
        const auto* fact = inventory.facts->find(test.fact);
        const bool equal = fact != nullptr && *fact == Value(test.value);
        count(fact != nullptr && (test.op == "==" ? equal : test.op == "!=" && !equal));
    }
    if (!filter.identities.empty())
        count(std::count(filter.identities.begin(), filter.identities.end(), inventory.identity) ==
              1);
    return failed == 0 && passed > 0;
}

TEST(Match, AgreesWithANaiveEvaluator) {
    auto inventory = node();
    inventory.facts = std::make_shared<Map>(Map{{"os", "Debian"}, {"cpus", "4"}});
    EXPECT_TRUE(rc::check("matches agrees with counting by the rules", [&inventory] {
        const auto some = [](const auto& names) {
            return *rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(names));
        };
        Filter filter;
        filter.classes = some(rc::gen::element<std::string>("base", "apache", "mysql"));
        filter.agents =
            some(rc::gen::element<std::string>("puppet", "rpcutil", "mcollective", "none"));
        filter.identities = some(rc::gen::element<std::string>("web1.example.net", "db1"));
        for (const auto& fact : some(rc::gen::element<std::string>("os", "cpus", "absent")))
            filter.facts.push_back({fact,
                                    *rc::gen::element<std::string>("Debian", "4", "Fedora"),
                                    *rc::gen::element<std::string>("==", "!=", "=")});
        filter.other_keys = *rc::gen::arbitrary<bool>();
        const auto outcome = matches(filter, inventory);
        RC_ASSERT(outcome.has_value());
        RC_TAG(*outcome);
        RC_ASSERT(*outcome == naively_matches(filter, inventory));
    }));
}

}  // namespace
}  // namespace mco::filter
