#include "client/sources/inventory_file.hpp"
#include "client/sources/testing.hpp"
#include "core/filter/compound.hpp"
#include "core/filter/parse.hpp"
#include "core/text/ruby.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

using testing::Search;
using testing::shown;
using testing::with_identities;

const char* const site = R"(
facts: {site: london, os: {family: Debian}}
nodes:
  - lone1.lab.test
groups:
  - name: web
    nodes: [web1.lab.test, web2.lab.test]
    facts: {role: web, tier: 1}
    classes: [base, 'roles::web']
    groups:
      - name: web-canary
        targets:
          - name: web2.lab.test
            facts: {tier: 3, os: {release: '12'}}
          - uri: ssh://deploy@web3.lab.test:22
            alias: w3
        facts: {tier: 2}
        classes: ['roles::canary']
  - name: db
    targets: [db1.lab.test, web1.lab.test]
    facts: {db: yes}
    config: {transport: ssh}
nodes_are_not: here
)";

/// `site` without its last line, which is wrong.
std::string good_site() {
    const std::string text = site;
    return text.substr(0, text.find("nodes_are_not"));
}

/// Everything about the nodes, a line each.
std::string described(const std::string& yaml) {
    const auto file = read_inventory(yaml, "inv");
    if (!file)
        return "error: " + file.error().message;
    std::string lines;
    for (const auto& node : file->nodes) {
        lines += node.name + " [" + shown(node.groups) + "] [" + shown(node.classes) + "] ";
        lines += text::inspect(node.facts) + '\n';
    }
    return lines;
}

TEST(InventoryFile, GivesNodesWhatTheirGroupsHave) {
    EXPECT_EQ(
        described(good_site()),
        "lone1.lab.test [] [] {\"site\"=>\"london\", \"os\"=>{\"family\"=>\"Debian\"}}\n"
        "web1.lab.test [web db] [base roles::web] {\"site\"=>\"london\", \"os\"=>{\"family\"=>"
        "\"Debian\"}, \"role\"=>\"web\", \"tier\"=>\"1\", \"db\"=>\"yes\"}\n"
        "web2.lab.test [web web-canary] [base roles::web roles::canary] {\"site\"=>\"london\", "
        "\"os\"=>{\"family\"=>\"Debian\", \"release\"=>\"12\"}, \"role\"=>\"web\", \"tier\"=>"
        "\"3\"}\n"
        "web3.lab.test [web web-canary] [base roles::web roles::canary] {\"site\"=>\"london\", "
        "\"os\"=>{\"family\"=>\"Debian\"}, \"role\"=>\"web\", \"tier\"=>\"2\"}\n"
        "db1.lab.test [db] [] {\"site\"=>\"london\", \"os\"=>{\"family\"=>\"Debian\"}, \"db\"=>"
        "\"yes\"}\n");
}

struct Case {
    std::string yaml;
    std::string expected;
};

TEST(InventoryFile, IsReadInEveryForm) {
    const Case cases[] = {
        {"", ""},
        {"groups:\n", ""},
        {"groups: []\nnodes: []\n", ""},
        {"nodes: {a: , b: {facts: {x: 1, y: ~}}}",
         "a [] [] {}\nb [] [] {\"x\"=>\"1\", \"y\"=>\"\"}\n"},
        {"groups: {g: {nodes: [a], groups: {h: {nodes: {b: {classes: [c, c]}}}}}}",
         "a [g] [] {}\nb [g h] [c] {}\n"},
        {"groups: [g, {name: h, nodes: [a, a]}]", "a [h] [] {}\n"},
        {"groups: [{name: g, nodes: [a], facts: {x: [1, {y: 2}]}}]\nnodes: [{name: a, facts: {x: "
         "2}}]",
         "a [g] [] {\"x\"=>\"2\"}\n"},
        {"version: 2\nvars: {a: 1}\nfeatures: [x]\nplugin_hooks: {}\ntargets: [a]", "a [] [] {}\n"},
        {"nodes: [&n {name: a, classes: [k]}]\ngroups: [{name: g, nodes: [*n]}]", "a [g] [k] {}\n"},
    };
    for (const auto& [yaml, expected] : cases)
        EXPECT_EQ(described(yaml), expected) << yaml;
}

TEST(InventoryFile, SaysInWhichLineItIsWrong) {
    const Case cases[] = {
        {"- a\n", "error: inv:1: an inventory is a map with groups or nodes"},
        {"groups:\n  - name: g\n    fact: {}\n",
         "error: inv:3: a group has no \"fact\": did you mean facts?"},
        {"nodes:\n  - name: a\n    groups: []\n", "error: inv:3: a node has no \"groups\""},
        {"\nnodes: [a b]\n",
         "error: inv:2: \"a b\" is not the name of a node: Identities can only match "
         "/^[\\w\\.\\-]+$/"},
        {"nodes:\n  - local://\n",
         "error: inv:2: \"\" is not the name of a node: Identities can only match "
         "/^[\\w\\.\\-]+$/"},
        {"nodes:\n  - facts: {}\n", "error: inv:2: this node has no name"},
        {"nodes:\n  - [a]\n", "error: inv:2: a node is a name or a map with one"},
        {"nodes: a\n", "error: inv:1: nodes have to be a list"},
        {"nodes:\n  a: 1\n", "error: inv:2: what is said about a node is a map"},
        {"groups:\n  - name: g\n  - name: g\n", "error: inv:3: there is a group g already"},
        {"groups:\n  - name: a/b\n", "error: inv:2: \"a/b\" cannot be the name of a group"},
        {"facts: [a]\n", "error: inv:1: facts have to be a map of names to values"},
        {"classes:\n  a: b\n", "error: inv:2: classes have to be a list"},
        {"classes: [[a]]\n", "error: inv:1: each of the classes has to be text"},
        {"groups:\n  - name: g\n    targets:\n      - _plugin: puppetdb\n        query: nodes{}\n",
         "error: inv:4: plug-ins of Bolt are not called: write the values"},
        {"groups:\n  - name: g\n    targets:\n      _plugin: puppetdb\n",
         "error: inv:4: plug-ins of Bolt are not called: write the values"},
        {"facts:\n  <<: {a: 1}\n", "error: inv:2: maps are not merged with <<"},
        {"nodes: [*there]\n", "error: inv:1: the referenced anchor is not defined"},
        {"a: b: c\n", "error: inv:1: illegal map value"},
    };
    for (const auto& [yaml, expected] : cases)
        EXPECT_EQ(described(yaml).substr(0, expected.size()), expected) << yaml;
}

TEST(InventoryFile, IsBounded) {
    std::string deep = "facts: ";
    for (int i = 0; i < 100; ++i)
        deep += "{a: ";
    deep += "1" + std::string(100, '}');
    EXPECT_EQ(described(deep), "error: inv:1: nested more than 64 levels deep");

    std::string bomb = "facts:\n  a0: &a0 [x]\n";
    for (int i = 1; i < 30; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " +
                before + "]\n";
    }
    EXPECT_EQ(described(bomb), "error: inv: holds too many values");
}

filter::Filter with_facts(const std::vector<std::string>& facts) {
    filter::Filter filter;
    for (const auto& fact : facts)
        filter.facts.push_back(*filter::parse_fact(fact));
    return filter;
}

filter::Filter with_classes(std::vector<std::string> classes) {
    filter::Filter filter;
    filter.classes = std::move(classes);
    return filter;
}

filter::Filter with_compound(const std::string& text) {
    filter::Filter filter;
    filter.compound.push_back(filter::to_call_stack(*filter::parse_compound(text)));
    return filter;
}

struct Asked {
    std::vector<std::string> options;
    filter::Filter filter;
    std::string expected;
};

TEST(Inventory, IsFiltered) {
    const system::TemporaryDirectory directory;
    const auto path = directory.write("site.yaml", good_site());
    const Asked cases[] = {
        {{}, {}, "lone1.lab.test web1.lab.test web2.lab.test web3.lab.test db1.lab.test"},
        {{"group=web"}, {}, "web1.lab.test web2.lab.test web3.lab.test"},
        {{"group=web-canary", "group=db"},
         {},
         "web1.lab.test web2.lab.test web3.lab.test db1.lab.test"},
        {{"group=webs"}, {}, "error: " + path + " has no group 'webs': did you mean web?"},
        {{}, with_identities({"/1/"}), "lone1.lab.test web1.lab.test db1.lab.test"},
        {{}, with_identities({"/web1/", "/1/"}), "web1.lab.test lone1.lab.test db1.lab.test"},
        {{}, with_facts({"role=web"}), "web1.lab.test web2.lab.test web3.lab.test"},
        {{}, with_facts({"tier>=2"}), "web2.lab.test web3.lab.test"},
        {{}, with_facts({"tier!=2"}), "web1.lab.test web2.lab.test"},
        {{}, with_facts({"role=/^w/", "tier<3"}), "web1.lab.test web3.lab.test"},
        {{"group=db"}, with_facts({"role=web"}), "web1.lab.test"},
        {{}, with_classes({"roles::canary"}), "web2.lab.test web3.lab.test"},
        {{}, with_classes({"/canary$/", "base"}), "web2.lab.test web3.lab.test"},
        {{},
         with_compound("not roles::web or tier=3"),
         "lone1.lab.test web2.lab.test db1.lab.test"},
        {{},
         with_compound("puppet().enabled=true"),
         "error: Only nodes can answer puppet(): such filters need the discovery method mc, not "
         "inventory"},
    };
    for (const auto& [options, filter, expected] : cases) {
        auto all = options;
        all.push_back(path);
        EXPECT_EQ((Search{"inventory", all, filter}.text()), expected);
        auto with_agent = filter;
        with_agent.agents = {"rpcutil"};
        EXPECT_EQ((Search{"inventory", all, with_agent}.text()), expected);
    }
}

TEST(Inventory, LiesBesideTheConfiguration) {
    const system::TemporaryDirectory directory;
    config::Config config;
    config.file = directory / "client.cfg";
    EXPECT_TRUE(
        (Search{"inventory", {}, {}, "", config}.text())
            .starts_with("error: Cannot read the inventory " + (directory / "inventory.yaml")));
    directory.write("inventory.yaml", "nodes: [web1]");
    EXPECT_EQ((Search{"inventory", {}, {}, "", config}.text()), "web1");
    const auto other = directory.write("other.yaml", "nodes: [web2]");
    EXPECT_EQ((Search{"inventory", {"/nonexistent", other}, {}, "", config}.text()), "web2");
}

TEST(Inventory, KnowsCollectives) {
    const system::TemporaryDirectory directory;
    const auto path = directory.write(
        "site.yaml",
        "nodes: [{name: a, collectives: [uk]}, {name: b, collectives: [mcollective]}, c]");
    EXPECT_EQ((Search{"inventory", {path}}.text()), "b c");
}

}  // namespace
}  // namespace mco::client
