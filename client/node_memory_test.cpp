#include "client/node_memory.hpp"

#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mco::client {
namespace {

using Names = std::vector<std::string>;
using std::chrono::hours;
using std::chrono::minutes;

const TimePoint now{hours(500'000)};
const MemoryScope here{"/etc/mcollective/client.cfg", "mcollective"};
const MemoryScope there{"/etc/mcollective/client.cfg", "eu"};

TEST(NodeMemory, KnowsWhoAnsweredTheLastDiscoveryAndWhoEarlierOnes) {
    NodeMemory memory;
    memory.discovered(here, "all", {"n2", "n1", "n3"}, now - minutes(5));
    memory.discovered(here, "all", {"n3", "n1", "n4"}, now);
    EXPECT_EQ(memory.answered(here, "all"), (Names{"n1", "n3", "n4"}));
    EXPECT_EQ(memory.expected(here, "all", now), (Names{"n1", "n2", "n3", "n4"}));
    EXPECT_EQ(memory.last_seen(here, "n2"), now - minutes(5));
    EXPECT_EQ(memory.last_seen(here, "n9"), std::nullopt);
}

TEST(NodeMemory, TellsFiltersAndEstatesApart) {
    NodeMemory memory;
    memory.discovered(here, "all", {"n1"}, now);
    EXPECT_TRUE(memory.expected(here, "os=Debian", now).empty());
    EXPECT_TRUE(memory.expected(there, "all", now).empty());
    EXPECT_EQ(memory.last_seen(there, "n1"), std::nullopt);
    EXPECT_EQ(memory.names(), (Names{"n1"}));
}

TEST(NodeMemory, SurvivesBeingWrittenAndRead) {
    NodeMemory memory;
    memory.discovered(here, "all", {"n1", "n2"}, now - minutes(1));
    memory.discovered(here, "all", {"n1"}, now);
    memory.discovered(there, "none", {}, now);
    memory.seen(there, {"n7"}, now);
    const auto copy = NodeMemory::read(memory.write());
    EXPECT_EQ(copy.write(), memory.write());
    EXPECT_EQ(copy.answered(here, "all"), (Names{"n1"}));
    EXPECT_EQ(copy.expected(here, "all", now), (Names{"n1", "n2"}));
    EXPECT_EQ(copy.last_seen(there, "n7"), now);
}

TEST(NodeMemory, IsEmptyWhenWhatWasStoredIsUnusable) {
    for (const auto* text : {"",
                             "no JSON",
                             "[]",
                             "{}",
                             R"({"version":2,"places":[]})",
                             R"({"version":1,"places":[{"seen":[7,{"node":7}],"discoveries":3}]})"})
        EXPECT_LE(NodeMemory::read(text).names().size(), 1u) << text;
}

TEST(NodeMemory, HasChangedOnlyWhenItIsWorthWriting) {
    NodeMemory fresh;
    fresh.discovered(here, "all", {"n1", "n2"}, now);
    EXPECT_TRUE(fresh.changed());
    auto memory = NodeMemory::read(fresh.write());
    EXPECT_FALSE(memory.changed());
    memory.discovered(here, "all", {"n2", "n1"}, now + std::chrono::seconds(29));
    EXPECT_FALSE(memory.changed());
    auto same = memory;
    same.discovered(here, "all", {"n1"}, now + std::chrono::seconds(1));
    EXPECT_TRUE(same.changed());
    auto later = memory;
    later.seen(here, {"n1"}, now + std::chrono::seconds(31));
    EXPECT_TRUE(later.changed());
    auto back = memory;  // a clock that was set back
    back.seen(here, {"n1"}, now - hours(1));
    EXPECT_TRUE(back.changed());
}

TEST(NodeMemory, ForgetsWhatIsOldAndWhatItIsTold) {
    NodeMemory memory;
    memory.discovered(here, "all", {"old", "n1", "n2"}, now - NodeMemory::longest - hours(1));
    memory.discovered(here, "all", {"n1", "n2"}, now);
    EXPECT_EQ(memory.expected(here, "all", now), (Names{"n1", "n2"}));
    EXPECT_EQ(memory.names(), (Names{"n1", "n2"}));
    memory.no_longer_matches(here, "all", "n1");
    EXPECT_EQ(memory.expected(here, "all", now), (Names{"n2"}));
    EXPECT_TRUE(memory.last_seen(here, "n1"));
    memory.forget("n1");
    EXPECT_FALSE(memory.last_seen(here, "n1"));
}

TEST(NodeMemory, KeepsToItsBounds) {
    NodeMemory memory;
    for (int i = 0; i < 60; ++i)
        memory.discovered(here,
                          "filter " + std::to_string(i),
                          {"n" + std::to_string(i)},
                          now + std::chrono::seconds(i));
    EXPECT_TRUE(memory.answered(here, "filter 0").empty());
    EXPECT_EQ(memory.answered(here, "filter 59"), (Names{"n59"}));
    EXPECT_LE(memory.names().size(), NodeMemory::most_discoveries);
    Names many;
    for (std::size_t i = 0; i < NodeMemory::most_nodes / 2; ++i)
        many.push_back("node" + std::to_string(i));
    memory.discovered(here, "many", many, now + hours(1));
    EXPECT_EQ(memory.answered(here, "many").size(), many.size());
    EXPECT_TRUE(memory.answered(here, "filter 59").empty());
}

TEST(TextOf, IsTheSameForEqualFilters) {
    filter::Filter one;
    one.classes = {"b", "a"};
    one.facts = {{"os", "Debian", "=="}, {"cpus", "4", ">"}};
    filter::Filter other;
    other.classes = {"a", "b"};
    other.facts = {{"cpus", "4", ">"}, {"os", "Debian", "=="}};
    EXPECT_EQ(text_of(one), text_of(other));
    other.facts[0].op = ">=";
    EXPECT_NE(text_of(one), text_of(other));
    EXPECT_EQ(text_of({}), "{}");
}

TEST(NodeMemoryFile, KeepsWhatWasSavedForTheUserAlone) {
    const system::TemporaryDirectory folder;
    const auto path = folder.path() + "/a/b/known_nodes.json";
    NodeMemoryFile file(path);
    file.memory().discovered(here, "all", {"n1"}, now);
    ASSERT_TRUE(file.save());
    EXPECT_EQ(NodeMemoryFile(path).memory().names(), (Names{"n1"}));
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(NodeMemoryFile, MakesNoHomeForAnAccountThatHasNone) {
    const system::TemporaryDirectory folder;
    NodeMemoryFile file(folder.path() + "/home/.cache/mcollective/known_nodes.json");
    file.memory().discovered(here, "all", {"n1"}, now);
    EXPECT_FALSE(file.save());
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/home"));
}

TEST(NodeMemoryFile, WritesNothingWithoutAPath) {
    NodeMemoryFile file("");
    file.memory().discovered(here, "all", {"n1"}, now);
    EXPECT_TRUE(file.save());
}

TEST(NodeMemoryPath, IsConfiguredOrInTheCacheDirectory) {
    const std::string off = "0";
    const std::string other = "/srv/nodes.json";
    EXPECT_EQ(node_memory_path(&off, "/c"), "");
    EXPECT_EQ(node_memory_path(&other, "/c"), other);
    EXPECT_EQ(node_memory_path(nullptr, "/c"), "/c/known_nodes.json");
    EXPECT_EQ(node_memory_path(nullptr, ""), "");
}

}  // namespace
}  // namespace mco::client
