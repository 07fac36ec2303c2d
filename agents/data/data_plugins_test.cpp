#include "agents/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::agents {
namespace {

using testing::HasSubstr;

class DataPlugins : public testing::Test {
  protected:
    AgentWorld world_;

    Expected<Map> ask(const char* plugin, const std::string& query) const {
        return ask(plugin, query, {}, world_.clock.monotonic() + std::chrono::seconds(1));
    }

    Expected<Map> ask(const char* plugin,
                      const std::string& query,
                      std::vector<std::string> outputs,
                      Monotonic deadline) const {
        return world_.data_plugin(plugin)->look_up(
            {query, std::move(outputs), world_.clock, deadline});
    }
};

TEST_F(DataPlugins, AgentTellsTheMetadataOfAnActiveAgent) {
    world_.node.metadata = {{"nrpe", {"NRPE", "checks", "me", "Apache-2.0", "3.1", "http://x", 5}}};
    EXPECT_EQ(ask("agent", "nrpe").value(),
              (Map{{"agent", "nrpe"},
                   {"license", "Apache-2.0"},
                   {"timeout", 5},
                   {"description", "checks"},
                   {"url", "http://x"},
                   {"version", "3.1"},
                   {"author", "me"}}));
    EXPECT_EQ(ask("agent", "puppet").error().code, Errc::not_found);
}

TEST_F(DataPlugins, CollectiveTellsMembership) {
    world_.config.collectives = {"mcollective", "uk"};
    EXPECT_EQ(ask("collective", "uk").value(), (Map{{"member", true}}));
    EXPECT_EQ(ask("collective", "u").value(), (Map{{"member", false}}));
}

TEST_F(DataPlugins, FactWalksIntoStructures) {
    world_.node.state.facts = std::make_shared<Map>(
        Map{{"os", Map{{"family", "Debian"}, {"release", Map{{"major", "12"}}}}},
            {"disks", Array{"sda", Map{{"size", "1"}}}},
            {"os.name", "literal"}});
    const Map absent{{"exists", false}, {"value", false}, {"value_encoding", false}};
    const auto text = [](const char* value) {
        return Map{{"exists", true}, {"value", value}, {"value_encoding", "text/plain"}};
    };
    const auto json = [](const char* value) {
        return Map{{"exists", true}, {"value", value}, {"value_encoding", "application/json"}};
    };
    const std::pair<const char*, Map> cases[] = {
        {"os.family", text("Debian")},
        {"os.release.major", text("12")},
        {"os.name", text("literal")},
        {"os.release", json(R"({"major":"12"})")},
        {"disks", json(R"(["sda",{"size":"1"}])")},
        {"disks.0", text("sda")},
        {"disks.1.size", text("1")},
        {"disks.2", absent},
        {"os.family.x", absent},
        {"nothing", absent},
        {"", absent},
        {"os..family", absent},
    };
    for (const auto& [path, expected] : cases)
        EXPECT_EQ(ask("fact", path).value(), expected) << path;
    for (const char* path : {"disks.first", "disks.-1", "disks.1x", "disks."})
        EXPECT_EQ(ask("fact", path).error().code, Errc::invalid) << path;
}

TEST_F(DataPlugins, FstatDescribesAFile) {
    const system::TemporaryDirectory directory;
    const std::string path = directory.write("file", "hello\n");
    ASSERT_EQ(chmod(path.c_str(), 0640), 0);
    const Map answer = ask("fstat", path).value();
    const auto get = [&answer](const char* name) { return *answer.find(name); };
    EXPECT_EQ(get("name"), Value(path));
    EXPECT_EQ(get("output"), Value("present"));
    EXPECT_EQ(get("present"), Value(1));
    EXPECT_EQ(get("type"), Value("file"));
    EXPECT_EQ(get("mode"), Value("100640"));
    EXPECT_EQ(get("size"), Value(6));
    EXPECT_EQ(get("md5"), Value("b1946ac92492d2347c6235b4d2611184"));
    EXPECT_EQ(get("uid"), Value(std::int64_t{getuid()}));
    EXPECT_THAT(*get("mtime").string(),
                testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"));
    EXPECT_EQ(*get("mtime_seconds").integer() + *get("mtime_age").integer(), 1'800'000'000);
}

TEST_F(DataPlugins, FstatReadsNoMoreThanIsWanted) {
    const system::TemporaryDirectory directory;
    const std::string path = directory.write("file", "hello\n");
    const auto now = world_.clock.monotonic();
    EXPECT_EQ(ask("fstat", path, {"md5"}, now).error().code, Errc::timed_out) << "its time is up";
    const Map answer = ask("fstat", path, {"size", "mode"}, now).value();
    EXPECT_EQ(*answer.find("size"), Value(6)) << "nobody wants the content read";
    EXPECT_EQ(*answer.find("md5"), Value(0));
    const std::atomic<bool> given_up = true;
    const DataQuery query{path, {}, world_.clock, now + std::chrono::seconds(9), &given_up};
    EXPECT_EQ(world_.data_plugin("fstat")->look_up(query).error().code, Errc::timed_out);
}

TEST_F(DataPlugins, FstatOpensNothingOfTheKernel) {
    const system::TemporaryDirectory directory;
    const std::string link = directory / "link";
    ASSERT_EQ(symlink("/proc", link.c_str()), 0);
    for (const auto& path : {std::string("/proc/version"), link + "/version"}) {
        const Map answer = ask("fstat", path).value();
        EXPECT_EQ(*answer.find("output"), Value("present")) << path;
        EXPECT_EQ(*answer.find("md5"), Value(0)) << path;
    }
}

TEST_F(DataPlugins, FstatKnowsTheKindsOfFiles) {
    const system::TemporaryDirectory directory;
    const std::string target = directory.write("target", "");
    const std::string link = directory / "link";
    const std::string dangling = directory / "dangling";
    ASSERT_EQ(symlink(target.c_str(), link.c_str()), 0);
    ASSERT_EQ(symlink("/nonexistent/x", dangling.c_str()), 0);
    const std::pair<std::string, const char*> cases[] = {{directory.path(), "directory"},
                                                         {link, "symlink"},
                                                         {"/dev/null", "chardev"},
                                                         {dangling, "unknown"},
                                                         {directory / "absent", "unknown"}};
    for (const auto& [path, type] : cases)
        EXPECT_EQ(*ask("fstat", path)->find("type"), Value(type)) << path;
    const Map absent = ask("fstat", dangling).value();
    EXPECT_EQ(*absent.find("output"), Value("not present"));
    EXPECT_EQ(*absent.find("mode"), Value("0000"));
    EXPECT_EQ(*absent.find("md5"), Value(0));
    EXPECT_TRUE(absent.find("mtime_age")->is_nil());
}

}  // namespace
}  // namespace mco::agents
