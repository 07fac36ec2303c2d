#include "puppet/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;

config::Config with(const std::map<std::string, std::string>& plugin) {
    config::Config config;
    for (const auto& [name, value] : plugin)
        config.plugin[name] = {value, "server.cfg:1"};
    return config;
}

TEST(PuppetSettings, AreThoseOfTheOriginalByDefault) {
    const Settings settings = read_settings({}, "/bin").value();
    EXPECT_THAT(settings.command, ElementsAre("puppet", "agent"));
    EXPECT_TRUE(settings.splay);
    EXPECT_EQ(settings.splaylimit, 30);
    EXPECT_TRUE(settings.signal_daemon);
    EXPECT_FALSE(settings.allow_server_override);
    EXPECT_FALSE(settings.allow_managed_resources);
    EXPECT_FALSE(settings.masterless());
    EXPECT_EQ(settings.environment.at("PATH"), "/bin:/opt/puppetlabs/bin");
}

TEST(PuppetSettings, SayWhereThePathsAreRemembered) {
    EXPECT_EQ(read_settings({}, "").value().paths_cache,
              "/var/cache/mcollective/puppet-paths.json");
    EXPECT_EQ(read_settings(with({{"puppet.paths_cache", "/c"}}), "").value().paths_cache, "/c");
    EXPECT_EQ(read_settings(with({{"puppet.paths_cache", "0"}}), "").value().paths_cache, "");
}

TEST(PuppetSettings, RefuseWhatCannotBeUsed) {
    for (const char* name : {"puppet.splay",
                             "puppet.splaylimit",
                             "puppet.signal_daemon",
                             "puppet.allow_server_override",
                             "puppet.resource_allow_managed_resources"})
        EXPECT_FALSE(read_settings(with({{name, "perhaps"}}), "")) << name;
    EXPECT_FALSE(read_settings(with({{"puppet.command", "puppet 'agent"}}), ""));
    EXPECT_FALSE(read_settings(with({{"puppet.command", "  "}}), ""));
}

TEST(PuppetSettings, KnowHowPuppetIsStarted) {
    struct Case {
        const char* command;
        std::vector<std::string> puppet;
        bool masterless;
        bool path;
    };

    const Case cases[] = {
        {"puppet agent", {"puppet"}, false, true},
        {"/opt/puppetlabs/bin/puppet agent --verbose",
         {"/opt/puppetlabs/bin/puppet"},
         false,
         false},
        {"puppet apply --confdir /x site.pp", {"puppet"}, true, true},
        {"nice -n 5 puppet agent", {"nice", "-n", "5", "puppet"}, false, false},
        {"/usr/local/bin/run-puppet", {"puppet"}, false, false},
    };
    for (const Case& c : cases) {
        const Settings settings =
            read_settings(with({{"puppet.command", c.command}}), "/bin").value();
        EXPECT_EQ(settings.puppet(), c.puppet) << c.command;
        EXPECT_EQ(settings.masterless(), c.masterless) << c.command;
        EXPECT_EQ(settings.environment.count("PATH") == 1, c.path) << c.command;
    }
}

}  // namespace
}  // namespace mco::puppet
