#include "client/resources/browse.hpp"

#include "client/resources/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using std::chrono::seconds;
using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RalNode;
using testing::RubyNode;
using testing::Stage;
using testing::user;
using Names = std::vector<std::string>;

ral::Resource gopher(const std::string& shell) {
    return user("gopher", {{"ensure", "present"}, {"gid", 30}, {"shell", shell}, {"uid", 13}});
}

ral::Resource group(const std::string& title, int gid) {
    return {"group", title, {{"ensure", "present"}, {"gid", gid}}, {}, false};
}

ral::Resource package(const std::string& title, const std::string& provider) {
    return {"package", title, {{"ensure", "1.0"}, {"provider", provider}}, {}, false};
}

RalNode users(std::vector<ral::Resource> all) {
    return {{{"user", std::move(all)}}};
}

BrowseOrder order_for(const Stage& stage, Names types = {"user"}) {
    BrowseOrder order;
    order.nodes = stage.names();
    order.types = std::move(types);
    order.request.collective = "mcollective";
    order.limit = seconds(10);
    return order;
}

Comparison compare(Stage& stage, BrowseOrder order) {
    Browse browse(std::move(order));
    EXPECT_TRUE(stage.play(browse, seconds(600)));
    return browse.take_comparison();
}

/// `title: node node | node`, a part for each variant.
Names shown(const Comparison& comparison, std::size_t type = 0) {
    Names lines;
    const auto& compared = comparison.types[type];
    for (const auto& title : compared.variants.titles()) {
        std::string line(title.title);
        for (const auto& variant : compared.variants.of(title.title)) {
            line += " |";
            for (const auto& name : comparison.names(variant.nodes))
                line += ' ' + name;
        }
        lines.push_back(line);
    }
    return lines;
}

Names failures(const Comparison& comparison, std::size_t type = 0) {
    Names lines;
    for (const auto& [node, why] : comparison.types[type].failed)
        lines.push_back(comparison.nodes[node] + ": " + why);
    return lines;
}

TEST(Browse, AsksOneNodeOfEachGroupForItsList) {
    Stage stage({{"a", users({gopher("/bin/sh")})},
                 {"b", users({gopher("/bin/sh")})},
                 {"c", users({gopher("/bin/bash"), user("x", {})})},
                 {"d", users({gopher("/bin/sh")})}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | a b d | c", "x | c"));
    EXPECT_EQ(stage.asked("digest"), 4u);
    EXPECT_EQ(stage.asked("list"), 2u);
    EXPECT_EQ(comparison.types[0].answered.size(), 4u);
    EXPECT_THAT(failures(comparison), IsEmpty());
    ASSERT_GE(stage.sent.size(), 2u);
    EXPECT_EQ(stage.sent[0].nodes.size(), 4u) << "one request for all of them";
    EXPECT_EQ(stage.sent[1].route, Route::directed_by_name);
}

TEST(Browse, ReadsListsPageByPage) {
    auto many = users({});
    many.page_bytes = 64;
    for (int i = 100; i < 160; ++i)
        many.resources["user"].push_back(user("u" + std::to_string(i), {{"home", i * 7919}}));
    Stage stage({{"a", many}, {"b", many}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_EQ(shown(comparison).size(), 60u);
    EXPECT_EQ(comparison.types[0].figures().total, 120u);
    EXPECT_GT(stage.asked("list"), 5u);
}

TEST(Browse, KeepsFewListsOnTheirWay) {
    std::map<std::string, Answer> nodes;
    for (int i = 0; i < 30; ++i)
        nodes.emplace("n" + std::to_string(i), users({gopher(std::to_string(i))}));
    Stage stage(std::move(nodes));
    auto order = order_for(stage);
    order.at_once = 4;
    Browse browse(std::move(order));
    EXPECT_TRUE(stage.play(browse, seconds(600)));
    EXPECT_EQ(stage.asked("list"), 30u);
    EXPECT_EQ(stage.most_single, 4u);
    EXPECT_EQ(browse.take_comparison().types[0].variants.of("gopher").size(), 30u);
}

/// Between the rounds something was changed on the node that is asked.
TEST(Browse, TakesANodeThatChangedOutOfItsGroup) {
    const auto before = users({gopher("/bin/sh")});
    const auto after = users({gopher("/bin/bash")});
    const Answer changing = [&](const std::string& action, const Map& inputs) {
        return action == "digest" ? before(action, inputs) : after(action, inputs);
    };
    Stage stage({{"a", changing}, {"b", before}, {"c", before}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | b c | a"));
    EXPECT_EQ(stage.asked("a", "list"), 1u);
    EXPECT_EQ(stage.asked("list"), 2u);
    EXPECT_THAT(failures(comparison), IsEmpty());
}

TEST(Browse, BeginsAListThatChangesBetweenPagesAgain) {
    auto first = users({});
    first.page_bytes = 64;
    for (int i = 100; i < 130; ++i)
        first.resources["user"].push_back(user("u" + std::to_string(i), {{"home", i * 7919}}));
    auto second = first;
    second.resources["user"].erase(second.resources["user"].begin());
    int lists = 0;
    const Answer changing = [&](const std::string& action, const Map& inputs) {
        if (action == "list")
            ++lists;
        return lists < 2 ? first(action, inputs) : second(action, inputs);
    };
    Stage stage({{"a", changing}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_EQ(shown(comparison).size(), 29u) << "what was listed first does not count";
    EXPECT_EQ(shown(comparison).front(), "u101 | a");
}

TEST(Browse, GivesUpAListThatNeverStaysTheSame) {
    int turn = 0;
    const Answer restless = [&](const std::string& action, const Map& inputs) {
        auto node = users({gopher(std::to_string(turn++)), user("x", {{"home", "/"}})});
        node.page_bytes = 16;
        return node(action, inputs);
    };
    Stage stage({{"a", restless}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), IsEmpty());
    EXPECT_THAT(failures(comparison), ElementsAre("a: its list changes while it is told"));
}

TEST(Browse, AsksTheNextOfAGroupWhenOneFails) {
    const auto node = users({gopher("/bin/sh")});
    const Answer failing = [&](const std::string& action, const Map& inputs) {
        return action == "digest" ? node(action, inputs) : rpc::failure("out of memory");
    };
    const Answer silent = [&](const std::string& action,
                              const Map& inputs) -> std::optional<rpc::Output> {
        return action == "digest" ? node(action, inputs) : std::nullopt;
    };
    Stage stage({{"a", failing}, {"b", silent}, {"c", node}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | a b c")) << "their digests say so";
    EXPECT_THAT(failures(comparison), IsEmpty());
}

TEST(Browse, NamesAGroupOfWhichNobodyCanTell) {
    const auto node = users({gopher("/bin/sh")});
    const Answer failing = [&](const std::string& action, const Map& inputs) {
        return action == "digest" ? node(action, inputs) : rpc::failure("out of memory");
    };
    std::map<std::string, Answer> nodes;
    for (int i = 1; i <= 7; ++i)
        nodes.emplace("n" + std::to_string(i), failing);
    Stage stage(std::move(nodes));
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_EQ(stage.asked("list"), 5u) << "not everybody";
    EXPECT_EQ(failures(comparison).size(), 7u);
    EXPECT_EQ(failures(comparison).front(), "n1: out of memory");
    EXPECT_EQ(failures(comparison).back(),
              "n7: nodes that have the same could not list it: out of memory");
    EXPECT_TRUE(comparison.types[0].answered.empty());
}

/// A node may lie about itself, not about others.
TEST(Browse, BelievesNobodyWhoListsSomethingElseThanTheGroupHas) {
    const auto honest = users({gopher("/bin/sh")});
    const auto other = users({gopher("/bin/evil")});
    const Answer liar = [&](const std::string& action,
                            const Map& inputs) -> std::optional<rpc::Output> {
        if (action == "digest")
            return honest(action, inputs);
        auto output = other.list(inputs);
        output.data.set("digest", *honest.list(inputs).data.find("digest"));
        return output;
    };
    Stage stage({{"a", liar}, {"b", honest}, {"c", honest}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | b c"));
    EXPECT_THAT(failures(comparison),
                ElementsAre("a: what it lists has not the digest that it told"));
}

TEST(Browse, NeverTakesSilenceOrFailureForAbsence) {
    const Answer silent = [](const std::string&, const Map&) { return std::nullopt; };
    const Answer refusing = [](const std::string&, const Map&) {
        return rpc::failure("You are not authorized to call this agent or action.");
    };
    Stage stage({{"a", users({gopher("/bin/sh")})}, {"b", silent}, {"c", refusing}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | a"));
    EXPECT_EQ(comparison.types[0].figures().coverage(), 1.0);
    EXPECT_THAT(comparison.names(comparison.silent), ElementsAre("b"));
    EXPECT_THAT(failures(comparison),
                ElementsAre("c: You are not authorized to call this agent or action."));
}

TEST(Browse, TellsFailuresByType) {
    Stage stage({{"a", RalNode{{{"user", {}}}}}});
    const auto comparison = compare(stage, order_for(stage, {"user", "cron"}));
    EXPECT_THAT(failures(comparison, 0), IsEmpty());
    EXPECT_THAT(failures(comparison, 1), ElementsAre("a: Could not find type cron"));
    EXPECT_EQ(comparison.types[0].answered.size(), 1u) << "none is an answer, too";
}

TEST(Browse, RefusesListsThatAreNone) {
    const auto node = users({gopher("/bin/sh")});
    const std::map<std::string, std::pair<Map, std::string>> cases = {
        {"broken", {{{"entries", "!"}}, "a listing is not base64"}},
        {"unsigned", {{{"digest", "abc"}}, "its list has no digest"}},
        {"endless", {{{"next", 1}}, "its list does not end"}}};
    for (const auto& [what, expected] : cases) {
        const auto& changes = expected.first;
        const Answer odd = [&](const std::string& action,
                               const Map& inputs) -> std::optional<rpc::Output> {
            auto output = action == "list" ? node.list({{"type", "user"}}) : *node(action, inputs);
            if (action == "list")
                for (const auto& [key, value] : changes.entries())
                    output.data.set(*key.text(), value);
            return output;
        };
        Stage stage({{"a", odd}});
        const auto comparison = compare(stage, order_for(stage));
        ASSERT_EQ(failures(comparison).size(), 1u) << what;
        EXPECT_THAT(failures(comparison).front(), HasSubstr(expected.second)) << what;
    }
}

/// A mixed fleet compares.
TEST(Browse, SearchesAgentsOfTheOriginal) {
    auto ours = users({});
    ours.resources["user"] = {
        user("gopher", {{"ensure", "present"}, {"gid", "gophers"}, {"shell", "/bin/sh"}})};
    RubyNode ruby{{{"user", {gopher("/bin/sh")}}, {"group", {group("gophers", 30)}}}};
    auto old = ruby;
    old.by_title = true;
    old.resources["group"] = {group("gophers", 30), group("wheel", 10)};
    Stage stage({{"a", ours}, {"b", ruby}, {"c", old}});
    const auto comparison = compare(stage, order_for(stage));
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | a b c"))
        << "groups are compared by name, uids not at all";
    EXPECT_EQ(stage.asked("b", "search"), 2u) << "its groups, and its users";
    EXPECT_EQ(stage.asked("a", "search"), 0u);
}

TEST(Browse, SearchesGroupsOnceWhenTheyAreWanted) {
    RubyNode ruby{{{"user", {gopher("/bin/sh")}}, {"group", {group("gophers", 30)}}}};
    Stage stage({{"b", ruby}});
    const auto comparison = compare(stage, order_for(stage, {"user", "group"}));
    EXPECT_EQ(stage.asked("search"), 2u);
    EXPECT_THAT(shown(comparison, 1), ElementsAre("gophers | b"));
}

TEST(Browse, ComparesPackagesOfTheSystemUnlessAllAreWanted) {
    RubyNode ruby{{{"package", {package("hello", "apt"), package("rake", "gem")}}}};
    Stage stage({{"b", ruby}});
    EXPECT_THAT(shown(compare(stage, order_for(stage, {"package"}))), ElementsAre("hello | b"));
    auto all = order_for(stage, {"package"});
    all.rules.packages.clear();
    EXPECT_THAT(shown(compare(stage, all)), ElementsAre("hello | b", "rake | b"));
}

TEST(Browse, AsksNodesOfOursForTheProvider) {
    RalNode node{{{"package", {package("hello", "apt")}}, {"host", {}}}};
    Stage stage({{"a", node}});
    compare(stage, order_for(stage, {"package", "host"}));
    std::map<std::string, std::string> providers;
    for (const auto& question : stage.sent)
        providers[question.request.action + testing::input_text(question.request.inputs, "type")] =
            testing::input_text(question.request.inputs, "provider");
    EXPECT_EQ(providers.at("digest"), "system");
    EXPECT_EQ(providers.at("listpackage"), "system");
    EXPECT_EQ(providers.at("listhost"), "");
}

TEST(Browse, BoundsWhatItKeeps) {
    Stage stage({{"a", users({gopher(std::string(1000, 'x'))})}, {"b", users({gopher("y")})}});
    auto order = order_for(stage);
    order.rules.most_bytes = 500;
    const auto comparison = compare(stage, order);
    EXPECT_THAT(comparison.types[0].failed.front().why, HasSubstr("more than 500 bytes"));
}

/// A node could send millions of lines that are hardly longer than what keeps them.
TEST(Browse, BoundsWhatShortLinesTakeOfMemory) {
    auto many = users({});
    for (int i = 0; i < 100; ++i)
        many.resources["user"].push_back(user("u" + std::to_string(i), {}));
    Stage stage({{"a", many}});
    auto order = order_for(stage);
    order.rules.most_bytes = 10'000;
    EXPECT_THAT(compare(stage, order).types[0].failed.front().why, HasSubstr("10000 bytes"));
}

TEST(Browse, EndsWithWhatItHasWhenItIsInterrupted) {
    const auto node = users({gopher("/bin/sh")});
    const Answer slow = [&](const std::string& action,
                            const Map& inputs) -> std::optional<rpc::Output> {
        return action == "digest" ? node(action, inputs) : std::nullopt;
    };
    const Answer silent = [](const std::string&, const Map&) { return std::nullopt; };
    Stage stage({{"a", slow}, {"b", users({gopher("/bin/bash")})}, {"c", silent}});
    Browse browse(order_for(stage));
    EXPECT_FALSE(stage.play(browse, seconds(15))) << "c was given up, a not yet";
    browse.on_interrupt(stage.now);
    EXPECT_TRUE(browse.finished());
    const auto comparison = browse.take_comparison();
    EXPECT_TRUE(comparison.interrupted);
    EXPECT_THAT(shown(comparison), ElementsAre("gopher | b"));
    EXPECT_THAT(failures(comparison), ElementsAre("a: interrupted"));
    EXPECT_THAT(comparison.names(comparison.silent), ElementsAre("c"));
}

TEST(Browse, CountsAnAnswerOnceAndOnlyOfWhoWasAsked) {
    Stage stage({{"a", users({gopher("/bin/sh")})}});
    Browse browse(order_for(stage));
    const auto question = browse.next(stage.now).front();
    message::Reply reply;
    reply.body = rpc::reply_body(*users({gopher("/bin/sh")})("digest", question.request.inputs));
    for (const auto* sender : {"stranger", "a", "a"}) {
        reply.sender = sender;
        browse.on_reply(question.mark, reply, stage.now);
    }
    const auto lists = browse.next(stage.now);
    ASSERT_EQ(lists.size(), 1u);
    reply.sender = "stranger";
    reply.body = rpc::reply_body(*users({gopher("/evil")})("list", {{"type", "user"}}));
    browse.on_reply(lists.front().mark, reply, stage.now);
    EXPECT_FALSE(browse.finished());
    EXPECT_TRUE(browse.next(stage.now).empty());
    reply.sender = "a";
    browse.on_reply(lists.front().mark, reply, stage.now);
    browse.next(stage.now);
    EXPECT_TRUE(browse.finished());
}

TEST(Browse, NamesNodesInTheFilterWithoutDirectAddressing) {
    Stage stage({{"a", users({gopher("/bin/sh")})}});
    auto order = order_for(stage);
    order.direct = false;
    compare(stage, order);
    const auto& list = stage.sent.back();
    EXPECT_EQ(list.route, Route::broadcast);
    EXPECT_THAT(list.request.filter.identities, ElementsAre("a"));
    EXPECT_THAT(list.request.filter.agents, ElementsAre("puppetral"));
}

TEST(Browse, EndsAtOnceWithoutNodes) {
    Stage stage({});
    EXPECT_TRUE(compare(stage, order_for(stage)).nodes.empty());
}

}  // namespace
}  // namespace mco::client
