#include "agents/data_question.hpp"
#include "agents/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

using agents::AgentWorld;
using testing::HasSubstr;

/// A node whose Puppet has all its files in one directory, and both of its data plug-ins.
class PuppetDataPlugins : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    AgentWorld world_;
    std::vector<std::unique_ptr<agents::DataPlugin>> plugins_;

    void SetUp() override {
        std::string settings = "rundir = " + directory_.path() + "\n";
        for (const auto& [name, file] : {std::pair("config", "puppet.conf"),
                                         std::pair("agent_catalog_run_lockfile", "run.lock"),
                                         std::pair("agent_disabled_lockfile", "off.lock"),
                                         std::pair("lastrunfile", "summary.yaml"),
                                         std::pair("lastrunreport", "report.yaml"),
                                         std::pair("resourcefile", "resources.txt")})
            settings += std::string(name) + " = " + (directory_ / file) + "\n";
        world_.runner.answer = system::Finished{0, 0, settings, "", false};
        for (const char* name : {"puppet", "resource"}) {
            plugins_.push_back(world_.data_plugin(name));
            ASSERT_TRUE(plugins_.back());
            world_.node.plugins.push_back(plugins_.back().get());
        }
    }

    Expected<Map> ask(std::string_view name,
                      Value query = {},
                      std::vector<std::string> outputs = {}) const {
        MCO_TRY(question, prepare_data(world_.node, name, std::move(query)));
        return question.ask(world_.clock, std::move(outputs));
    }

    /// In any order.
    static void expect(const Map& answer, const Map& expected) {
        EXPECT_EQ(answer.size(), expected.size());
        for (const Entry& entry : expected.entries()) {
            const Value* const found = answer.find(*entry.key.text());
            EXPECT_TRUE(found && *found == entry.value) << *entry.key.text();
        }
    }

    void write_summary() const {
        directory_.write("summary.yaml",
                         "---\nversion:\n  config: abc\nresources:\n  changed: 3\n"
                         "  corrective_change: 1\n  failed: 2\n  out_of_sync: 5\n  total: 10\n"
                         "time:\n  config_retrieval: 0.5\n  total: 4.25\n  last_run: 1799999000\n");
    }
};

TEST_F(PuppetDataPlugins, TellTheStateOfTheAgent) {
    write_summary();
    expect(ask("puppet").value(),
           {{"applying", false},
            {"enabled", true},
            {"daemon_present", false},
            {"status", "stopped"},
            {"disable_message", ""},
            {"idling", false},
            {"lastrun", 1799999000},
            {"no_catalog", false},
            {"since_lastrun", 1000}});
    directory_.write("off.lock", "{\"disabled_message\": \"moving\"}");
    const Map disabled = ask("puppet").value();
    EXPECT_EQ(*disabled.find("enabled"), Value(false));
    EXPECT_EQ(*disabled.find("status"), Value("disabled"));
    EXPECT_EQ(*disabled.find("disable_message"), Value("moving"));
    EXPECT_FALSE(ask("puppet", "x")) << "it takes no question";
}

TEST_F(PuppetDataPlugins, TellTheFiguresOfTheLastRun) {
    write_summary();
    expect(ask("resource").value(),
           {{"managed", false},
            {"out_of_sync_resources", 5},
            {"failed_resources", 2},
            {"corrected_resources", 1},
            {"changed_resources", 3},
            {"total_resources", 10},
            {"total_time", 4.25},
            {"config_retrieval_time", 0.5},
            {"lastrun", 1799999000},
            {"since_lastrun", 1000},
            {"config_version", "abc"}});
}

TEST_F(PuppetDataPlugins, TellThatThereWasNoRunYet) {
    EXPECT_EQ(*ask("puppet")->find("lastrun"), Value(0));
    EXPECT_EQ(*ask("resource")->find("total_resources"), Value(0));
    EXPECT_EQ(*ask("resource")->find("config_version"), Value("unknown"));
    directory_.write("summary.yaml", "---\nresources:\n  failed:\ntime:\n  total:\n");
    EXPECT_EQ(*ask("resource")->find("failed_resources"), Value(0)) << "nothing counts as none";
    EXPECT_EQ(*ask("resource")->find("total_time"), Value(0));
}

TEST_F(PuppetDataPlugins, TellWhetherAResourceIsManaged) {
    directory_.write("resources.txt", "file[/etc/motd]\n");
    EXPECT_EQ(*ask("resource", "File[/etc/motd]")->find("managed"), Value(true));
    EXPECT_EQ(*ask("resource", "file[/etc/issue]")->find("managed"), Value(false));
    EXPECT_FALSE(ask("resource", "motd")) << "refused by the declaration";
    EXPECT_FALSE(ask("resource", "File[" + std::string(120, 'x') + "]"));
}

TEST_F(PuppetDataPlugins, GiveNoAnswerWhenThereIsNone) {
    directory_.write("summary.yaml", "{[");
    EXPECT_FALSE(ask("resource"));
    EXPECT_FALSE(ask("puppet"));
    EXPECT_TRUE(ask("puppet", {}, {"enabled"})) << "which the summary does not say";
    AgentWorld without;
    without.runner.answer = fail(Errc::not_found, "no such program");
    const auto plugin = without.data_plugin("puppet");
    const auto answer = plugin->look_up(
        {{}, {}, without.clock, without.clock.monotonic() + std::chrono::seconds(1)});
    EXPECT_THAT(answer.error().message, HasSubstr("no such program"));
}

TEST_F(PuppetDataPlugins, AskPuppetOnceForAll) {
    EXPECT_TRUE(world_.runner.ran.empty()) << "nothing at the start";
    const auto agent = world_.agent("puppet");
    ASSERT_TRUE(ask("puppet"));
    ASSERT_TRUE(ask("resource"));
    AgentWorld::call(*agent, "status");
    EXPECT_EQ(world_.runner.ran.size(), 1u);
    agent->refresh();
    ASSERT_TRUE(ask("puppet"));
    EXPECT_EQ(world_.runner.ran.size(), 2u);
}

TEST_F(PuppetDataPlugins, AreActiveWhereTheAgentIs) {
    for (const auto& plugin : plugins_) {
        EXPECT_TRUE(plugin->is_active());
        world_.config.activate_agents = false;
        EXPECT_FALSE(plugin->is_active());
        world_.config.plugin["puppet.activate_agent"] = {"1", "server.cfg:1"};
        EXPECT_TRUE(plugin->is_active());
        world_.config.plugin["puppet.activate_agent"] = {"perhaps", "server.cfg:1"};
        EXPECT_FALSE(plugin->is_active());
        world_.config.plugin.erase("puppet.activate_agent");
        world_.config.activate_agents = true;
    }
}

}  // namespace
}  // namespace mco::puppet
