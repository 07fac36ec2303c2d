#include "agents/data_question.hpp"
#include "agents/package/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

class PackageDataPlugin : public ::testing::Test {
  protected:
    testing::PackageWorld world_;
    std::vector<std::unique_ptr<agents::DataPlugin>> plugins_;

    void SetUp() override {
        for (auto& made : agents::make_data_plugins(world_.context))
            if (made->declaration().metadata.name == "package")
                plugins_.push_back(std::move(made));
        ASSERT_EQ(plugins_.size(), 1u);
        world_.world.node.plugins.push_back(plugins_[0].get());
    }

    Expected<Map> ask(const Value& query) const {
        MCO_TRY(question, agents::prepare_data(world_.world.node, "package", query));
        return question.ask(world_.world.clock, {});
    }

    void dpkg_says(int code, const std::string& text) {
        world_.system.script = [=](const system::Command&) {
            return testing::Script{code, text, code == 2 ? text : ""};
        };
    }
};

TEST_F(PackageDataPlugin, TellsVersionAndPresence) {
    dpkg_says(0, "install ok installed\tg++\t4:12.2.0-3\tamd64\n");
    EXPECT_EQ(ask("g++").value(), (Map{{"status", "4:12.2.0-3"}, {"installed", true}}));
    dpkg_says(0, "deinstall ok config-files\thello\t2.10-3\tamd64\n");
    EXPECT_EQ(ask("hello").value(), (Map{{"status", "absent"}, {"installed", false}}));
    dpkg_says(1, "");
    EXPECT_EQ(ask("libc6:amd64").value(), (Map{{"status", "purged"}, {"installed", false}}));
}

TEST_F(PackageDataPlugin, RefusesWhatIsNoName) {
    for (const auto* name : {"", "--help", "a b", "a*"})
        EXPECT_FALSE(ask(name)) << name;
    EXPECT_FALSE(ask({})) << "it needs one";
    EXPECT_TRUE(world_.system.ran.empty());
}

TEST_F(PackageDataPlugin, GivesNoAnswerWhenThereIsNone) {
    dpkg_says(2, "dpkg-query: error: no database\n");
    EXPECT_FALSE(ask("hello"));
}

TEST_F(PackageDataPlugin, IsActiveWhereTheAgentIs) {
    EXPECT_TRUE(plugins_[0]->is_active());
    world_.world.config.activate_agents = false;
    EXPECT_FALSE(plugins_[0]->is_active());
    world_.world.config.plugin["package.activate_agent"] = {"1", "server.cfg:1"};
    EXPECT_TRUE(plugins_[0]->is_active());
}

}  // namespace
}  // namespace mco::package
