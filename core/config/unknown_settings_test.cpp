#include "core/config/unknown_settings.hpp"

#include "core/config/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Config config_of(const std::string& text) {
    Diagnostics ignored;
    return *parse({"server.cfg", text}, {}, ignored);
}

/// Issue 12, 22: every unknown or mistyped key is named with its line, members of pools included;
/// by the reader where something similar exists, else here.
TEST(UnknownSettings, AreNamedOnce) {
    const struct {
        const char *line, *sentence;
    } cases[] = {
        {"plugin.activemq.pool.1.hots = x",
         "'plugin.activemq.pool.1.hots' is not a setting known here; did you mean "
         "'plugin.activemq.pool.1.host'?"},
        {"plugin.activemq.pool.1.hostname = x", "did you mean 'plugin.activemq.pool.1.host'?"},
        {"plugin.rabbitmq.pool.2.username = x", "did you mean 'plugin.rabbitmq.pool.2.user'?"},
        {"plugin.activemq.pool.one.host = x", "members of a pool are numbered from 1 on"},
        {"plugin.activemq.pool1.host = x", "did you mean 'plugin.activemq.pool.1.host'?"},
        {"plugin.activemq.pool.host = x", "did you mean 'plugin.activemq.pool.1.host'?"},
        {"plugin.activemq.pool.1.colour = x", "members of a pool have host, port, user, password"},
        {"plugin.nats.pool.1.host = x", "there is no connector nats; known are activemq"},
        {"plugin.nats.pass = x", "there is no connector nats"},
        {"plugin.activemq.pool.3.host = x",
         "plugin.activemq.pool.3.host is not used: plugin.activemq.pool.size is 2"},
        {"plugin.acme.deploy.directory = x", "a plug-in of this site may read it"},
        {"plugin.puppet.splay_limit = 1", "did you mean 'plugin.puppet.splaylimit'?"},
    };

    for (const auto& [line, sentence] : cases) {
        Diagnostics diagnostics;
        const auto config =
            parse({"server.cfg",
                   std::string("plugin.activemq.pool.size = 2\nplugin.activemq.pool.2.host = x\n") +
                       line + "\n"},
                  {},
                  diagnostics);
        auto said = diagnostics.warnings;
        for (auto& one : unknown_settings(*config))
            said.push_back(std::move(one));
        ASSERT_EQ(said.size(), 1U) << line << ::testing::PrintToString(said);
        EXPECT_TRUE(said[0].starts_with("server.cfg:3: ")) << said[0];
        EXPECT_THAT(said[0], HasSubstr(sentence));
    }
}

TEST(IgnoredSettings, AreThoseOfTheOtherSideAndOfOldFiles) {
    const auto config = config_of(
        "default_discovery_method = mc\nclassesfile = /x\nidentity = n1\n"
        "plugin.nrpe.conf_dir = /n\nplugin.puppet.splay = 1\nplugin.activemq.backup = 1\n"
        "plugin.client.known_nodes = 0\nplugin.acme.thing = 1\n");
    std::vector<std::string> server;
    for (const auto& [name, origin, why] : ignored_settings(config, Side::server))
        server.push_back(origin + ' ' + name + ": " + why);
    EXPECT_THAT(server,
                ElementsAre("server.cfg:1 default_discovery_method: only clients read it",
                            "server.cfg:6 plugin.activemq.backup: nothing here reads it",
                            "server.cfg:7 plugin.client.known_nodes: only clients read it",
                            "server.cfg:4 plugin.nrpe.conf_dir: nothing here reads it"));
    EXPECT_EQ(ignored_settings(config, Side::client).size(), 4U);
    EXPECT_THAT(ignored_settings(config_of("identity = n1\nplugin.psk = x\n"), Side::server),
                IsEmpty());
}

}  // namespace
}  // namespace mco::config
