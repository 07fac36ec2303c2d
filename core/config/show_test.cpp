#include "core/config/show.hpp"

#include "core/config/keys_catalogue.hpp"
#include "core/config/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Config config_from(const std::string& text) {
    Diagnostics diagnostics;
    return *parse({"server.cfg", text}, {}, diagnostics);
}

TEST(ConfigItem, EffectiveValues) {
    const auto config = config_from(
        "ttl = 5\ncollectives = a, b\ndefault_batch_sleep_time = 0.5\nlogfile = /log\n");

    const struct {
        const char* name;
        Value value;
    } cases[] = {
        {"ttl", 5},
        {"collectives", Array{"a", "b"}},
        {"default_batch_sleep_time", 0.5},
        {"logfile", "/log"},
        {"main_collective", "mcollective"},
        {"direct_addressing", true},
        {"max_log_size", 2097152},
        {"connection_timeout", nullptr},
        {"libdir", Array{}},
        {"ssl_cipher", "aes-256-cbc"},
        {"configfile", "server.cfg"},
        // Issue 12, item 28: what the original answers, as it answers.
        {"configdir", "server.cfg"},
        {"configured", true},
        {"mode", Symbol{"server"}},
        {"securityprovider", "X509"},
        {"connector", "Activemq"},
        {"factsource", "Yaml"},
        {"registration", "Agentlist"},
    };

    for (const auto& [name, value] : cases)
        EXPECT_EQ(config_item(config, name), value) << name;
}

TEST(ConfigItem, NothingElseLeaves) {
    const auto config = config_from("plugin.psk = s3cr3t\nplugin.puppet.splay = 1\n");
    for (const auto* name : {"pluginconf",
                             "plugin.psk",
                             "psk",
                             "plugin.puppet.splay",
                             "puppet.splay",
                             "core",
                             "",
                             "topicprefix"})
        EXPECT_EQ(config_item(config, name), std::nullopt) << name;
}

TEST(PrintConfig, OriginsAndNoSecrets) {
    const auto shown = print_config(
        config_from("ttl = 0x10\nlibdir = /a:/b\nplugin.psk = "
                    "s3cr3t\nplugin.activemq.pool.1.password = s3cr3t\n"
                    "plugin.activemq.pool.1.user = joe\nplugin.acme.api_token = s3cr3t\n"));
    EXPECT_THAT(shown, HasSubstr("(server.cfg:1) ttl = 16\n"));
    EXPECT_THAT(shown, HasSubstr("(server.cfg:2) libdir = /a:/b\n"));
    EXPECT_THAT(shown, HasSubstr("(default) collectives = mcollective\n"));
    EXPECT_THAT(shown, HasSubstr("(default) default_batch_sleep_time = 1\n"));
    EXPECT_THAT(shown, HasSubstr("(server.cfg:3) plugin.psk = (set)\n"));
    EXPECT_THAT(shown, HasSubstr("(server.cfg:4) plugin.activemq.pool.1.password = (set)\n"));
    EXPECT_THAT(shown, HasSubstr("(server.cfg:5) plugin.activemq.pool.1.user = joe\n"));
    EXPECT_THAT(shown, Not(HasSubstr("s3cr3t")));
}

/// What is printed, read again, means the same.
TEST(PrintConfig, CanBeReadAgain) {
    const auto before = config_from(
        "ttl = 5\ncollectives = a, mcollective\ncolor = 0\nlibdir = /a\nkeeplogs = 1\n");
    std::string text;
    std::istringstream lines(print_config(before));
    for (std::string line; std::getline(lines, line);)
        text += line.substr(line.find(") ") + 2) + '\n';
    const auto after = config_from(text);
    for (const auto& key : core_keys())
        EXPECT_EQ(config_item(after, key.name), config_item(before, key.name)) << key.name;
}

}  // namespace
}  // namespace mco::config
