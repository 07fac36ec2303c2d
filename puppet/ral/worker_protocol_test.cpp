#include "puppet/ral/worker_protocol.hpp"

#include "core/serializer/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The question as the worker reads it.
Value sent(const Expected<protocol::Question>& question) {
    const auto line = protocol::encode(*question, 7);
    EXPECT_TRUE(line->ends_with('\n') && line->find('\n') == line->size() - 1);
    return *serializer::decode_json(*line);
}

Value json(const std::string& text) {
    return *serializer::decode_json(text);
}

ral::Resource user(const std::string& name) {
    return {"user", name, {{"ensure", "present"}, {"uid", 5}}, {}, false};
}

TEST(WorkerProtocol, Questions) {
    EXPECT_EQ(sent(protocol::find("user", "ro\"\not")),
              json(R"({"ask":"find","type":"user","title":"ro\"\not","id":7})"));
    EXPECT_EQ(sent(protocol::search("package", "system", {"apt", "dpkg"})),
              json(R"({"ask":"search","type":"package","provider":"system",
                       "except":["apt","dpkg"],"id":7})"));
    EXPECT_EQ(sent(protocol::types()), json(R"({"ask":"types","id":7})"));
    EXPECT_EQ(sent(protocol::apply({user("a")}, true, std::chrono::seconds(600))),
              json(R"({"ask":"apply","resources":[{"type":"user","title":"a","parameters":
                       {"ensure":"present","uid":5}}],"noop":true,"limit":600,"id":7})"));
}

/// A daemon that is gone ends nothing any more.
TEST(WorkerProtocol, WhatOnlyReadsHasALimit) {
    const auto limit_of = [](const Expected<protocol::Question>& question) {
        const auto line = protocol::encode(*question, 7, std::chrono::seconds(9));
        return *serializer::decode_json(*line)->find("limit");
    };
    const std::chrono::seconds of_changes(600);
    EXPECT_EQ(limit_of(protocol::find("file", "/proc/kcore")), Value(9));
    EXPECT_EQ(limit_of(protocol::apply({user("a")}, true, of_changes)), Value(9));
    EXPECT_EQ(limit_of(protocol::apply({user("a")}, false, of_changes)), Value(600));
}

TEST(WorkerProtocol, OnlyAnApplyThatIsNoNoopWrites) {
    EXPECT_FALSE(protocol::find("user", "a")->writes);
    EXPECT_FALSE(protocol::apply({user("a")}, true, {})->writes);
    EXPECT_TRUE(protocol::apply({user("a")}, false, {})->writes);
}

TEST(WorkerProtocol, SubjectsForPeople) {
    EXPECT_EQ(protocol::find("apache::vhost", "x")->subject, "Apache::Vhost[x]");
    EXPECT_EQ(protocol::search("user", "", {})->subject, "user");
    EXPECT_EQ(protocol::apply({user("a"), user("b")}, false, {})->subject, "User[a], User[b]");
    const std::vector<ral::Resource> many(64, user("somebody"));
    EXPECT_EQ(protocol::apply(many, false, {})->subject, "User[somebody] and 63 more");
}

/// Trap 1: names become paths of what Puppet executes.
TEST(WorkerProtocol, NamesThatWouldBePathsAreNotAskedFor) {
    for (const auto* name : {"../../tmp/evil", "user/../x", "", "us er", "user\n", "1user"}) {
        EXPECT_EQ(protocol::find(name, "x").error().code, Errc::invalid) << name;
        EXPECT_EQ(protocol::search(name, "", {}).error().code, Errc::invalid) << name;
        ral::Resource evil = user("x");
        evil.type = name;
        EXPECT_EQ(protocol::apply({evil}, true, {}).error().code, Errc::invalid) << name;
    }
    for (const auto* name : {"../evil", "a/b", "-x", "a b", "a\n"})
        EXPECT_EQ(protocol::search("package", name, {}).error().code, Errc::invalid) << name;
    EXPECT_TRUE(protocol::search("package", "puppet_gem", {}).has_value());
}

TEST(WorkerProtocol, QuestionsHaveABound) {
    auto large = user("a");
    large.parameters.set("content", std::string(protocol::longest_line, 'x'));
    const auto question = protocol::apply({large}, true, {});
    EXPECT_EQ(protocol::encode(*question, 1).error().code, Errc::limit);
}

TEST(WorkerProtocol, Hello) {
    const auto hello = protocol::read_hello(
        R"({"ral":1,"puppet":"7.23.0","ruby":"3.1.2","resourcefile":"/r","libdir":"/l",
            "library":"/p","modules":["/m"],"files":["/f"],"folders":["/l","/d"],"log":["w"]})");
    ASSERT_TRUE(hello.has_value());
    EXPECT_EQ(hello->greeting.puppet, "7.23.0");
    EXPECT_EQ(hello->greeting.ruby, "3.1.2");
    EXPECT_EQ(hello->greeting.resource_file, "/r");
    EXPECT_EQ(hello->greeting.libdir, "/l");
    EXPECT_EQ(hello->greeting.library, "/p");
    EXPECT_THAT(hello->greeting.modules, ElementsAre("/m"));
    EXPECT_THAT(hello->files, ElementsAre("/f"));
    EXPECT_THAT(hello->folders, ElementsAre("/l", "/d"));
    EXPECT_THAT(hello->log, ElementsAre("w"));
}

TEST(WorkerProtocol, HelloThatIsNone) {
    const auto refused = protocol::read_hello(R"({"ral":1,"error":"no HOME"})");
    EXPECT_EQ(refused.error(), (Error{Errc::unavailable, "no HOME"}));
    for (const auto* line : {"", "JUNK", "[]", "{}", R"({"ral":2})", R"({"ral":"1"})"})
        EXPECT_EQ(protocol::read_hello(line).error().code, Errc::malformed) << line;
}

TEST(WorkerProtocol, WhatItSays) {
    const auto said = protocol::read_said(R"({"id":7,"ok":true,"types":["a"],"rss":63})");
    ASSERT_TRUE(said.has_value());
    EXPECT_EQ(said->id, 7);
    EXPECT_TRUE(said->ok);
    EXPECT_FALSE(said->bye);
    EXPECT_EQ(said->rss_kib, 63u * 1024);
    EXPECT_THAT(*protocol::read_types(said->answer), ElementsAre("a"));
    EXPECT_EQ(protocol::read_said(R"({"id":7,"ok":false,"error":"no"})")->error, "no");
    EXPECT_TRUE(protocol::read_said(R"({"bye":"idle"})")->bye);
    EXPECT_EQ(protocol::read_said(R"({"ok":true,"rss":-1})")->rss_kib, 0u);
    for (const auto* line : {"JUNK", "{}", "7", R"({"id":7,"ok":"yes"})"})
        EXPECT_EQ(protocol::read_said(line).error().code, Errc::malformed) << line;
}

Map answer(const std::string& text) {
    return *json(text).map();
}

TEST(WorkerProtocol, FoundAndListed) {
    const std::string root = R"({"type":"User","title":"root","tags":["user"],"exported":false,
                                 "parameters":{"ensure":"present","uid":0}})";
    const auto found = protocol::read_found(answer(R"({"resource":)" + root + "}"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->reference(), "User[root]");
    EXPECT_EQ(*found->parameters.find("uid")->integer(), 0);
    const auto listed =
        protocol::read_listed(answer(R"({"resources":[)" + root + R"(],"warnings":["w"]})"));
    ASSERT_TRUE(listed.has_value());
    EXPECT_THAT(listed->resources, ElementsAre(*found));
    EXPECT_THAT(listed->warnings, ElementsAre("w"));
    EXPECT_EQ(protocol::read_found({}).error().code, Errc::malformed);
    EXPECT_EQ(protocol::read_listed({}).error().code, Errc::malformed);
    EXPECT_FALSE(protocol::read_listed(answer(R"({"resources":[1]})")).has_value());
}

TEST(WorkerProtocol, Applied) {
    const auto applied = protocol::read_applied(answer(
        R"({"statuses":[{"ref":"User[a]","changed":true,"out_of_sync":true,
                         "events":[{"property":"uid","previous":1,"desired":2}]},
                        {"ref":"User[b]","failed":true},{"ref":"User[c]","skipped":true}],
            "log":["notice: x: y"]})"));
    ASSERT_TRUE(applied.has_value());
    ASSERT_EQ(applied->statuses.size(), 3u);
    const auto& first = applied->statuses[0];
    EXPECT_EQ(first.reference, "User[a]");
    EXPECT_TRUE(first.changed && first.out_of_sync && !first.failed && !first.skipped);
    EXPECT_EQ(*first.events.at(0).find("desired")->integer(), 2);
    EXPECT_TRUE(applied->statuses[1].failed);
    EXPECT_TRUE(applied->statuses[2].skipped);
    EXPECT_THAT(applied->log, ElementsAre("notice: x: y"));
    EXPECT_EQ(protocol::read_applied({}).error().code, Errc::malformed);
    EXPECT_EQ(protocol::read_applied(answer(R"({"statuses":[1]})")).error().code, Errc::malformed);
}

}  // namespace
}  // namespace mco::puppet
