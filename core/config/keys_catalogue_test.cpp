#include "core/config/keys_catalogue.hpp"

#include "core/config/assign.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mco::config {
namespace {

TEST(Catalogue, NamesAreUniqueAndExplained) {
    std::set<std::string_view> names;
    for (const auto& key : core_keys()) {
        EXPECT_TRUE(names.insert(key.name).second) << key.name;
        EXPECT_FALSE(key.meaning.empty()) << key.name;
    }
    for (const auto& key : plugin_keys()) {
        EXPECT_TRUE(names.insert(key.pattern).second) << key.pattern;
        EXPECT_FALSE(key.meaning.empty()) << key.pattern;
    }
}

TEST(Catalogue, EveryCoreKeyTakesAValue) {
    for (const auto& key : core_keys()) {
        Config config;
        const bool fits = !assign(config, key, "1") || !assign(config, key, "/one") ||
                          !assign(config, key, "info") || !assign(config, key, "file") ||
                          !assign(config, key, "first");
        EXPECT_TRUE(fits) << key.name;
    }
}

TEST(FindPluginKey, PatternsAndTheirPrecedence) {
    const struct {
        const char *name, *pattern;
    } cases[] = {
        {"activemq.pool.size", "@.pool.size"},
        {"rabbitmq.pool.12.host", "@.pool.#.host"},
        {"activemq.pool.1.ssl.ca", "@.pool.#.ssl.ca"},
        {"puppet.activate_agent", "*.activate_agent"},
        {"package.provider", "package.provider"},
        {"package.yum.anything", "package.*.*"},
        {"service.service.servicecmd", "service.service.servicecmd"},
        {"puppet.resource_name_whitelist.user", "puppet.resource_name_whitelist.*"},
        {"psk", "psk"},
        {"activemq.pool.x.host", nullptr},
        {"nats.pool.1.host", nullptr},
        {"psk.", nullptr},
        {"", nullptr},
        {"pool.1.host", nullptr},
    };

    for (const auto& [name, pattern] : cases) {
        const auto* key = find_plugin_key(name);
        if (pattern == nullptr)
            EXPECT_EQ(key, nullptr) << name;
        else
            EXPECT_TRUE(key != nullptr && key->pattern == pattern) << name;
    }
}

TEST(Suggest, Table) {
    EXPECT_EQ(suggest_core_key("loglevl"), "loglevel");
    EXPECT_EQ(suggest_core_key("collective"), "collectives");
    EXPECT_EQ(suggest_core_key("somethingelse"), std::nullopt);
    EXPECT_EQ(suggest_plugin_key("activemq.pool.1.pasword"), "activemq.pool.1.password");
    EXPECT_EQ(suggest_plugin_key("activmq.pool.1.host"), "activemq.pool.1.host");
    EXPECT_EQ(suggest_plugin_key("rabitmq.pool.size"), "rabbitmq.pool.size");
    EXPECT_EQ(suggest_plugin_key("puppet.splay_limit"), "puppet.splaylimit");
    EXPECT_EQ(suggest_plugin_key("foo.activate_agnet"), "foo.activate_agent");
    EXPECT_EQ(suggest_plugin_key("ym"), std::nullopt);
    EXPECT_EQ(suggest_plugin_key("puppet.splay"), std::nullopt) << "known";
    EXPECT_EQ(suggest_plugin_key("acme.deploy.directory"), std::nullopt) << "somebody else's";
}

TEST(PluginOrDefault, IsWhatIsSetOrDocumented) {
    Config config;
    EXPECT_EQ(plugin_or_default(config, "rpcaudit.logfile"), "/var/log/mcollective/audit.log");
    EXPECT_EQ(plugin_or_default(config, "yaml"), "");
    EXPECT_EQ(plugin_or_default(config, "acme.url"), "");
    config.plugin["rpcaudit.logfile"] = {"/a", "server.cfg:1"};
    EXPECT_EQ(plugin_or_default(config, "rpcaudit.logfile"), "/a");
}

TEST(IsSecret, KnownAndByTheLook) {
    for (const auto* name : {"psk",
                             "activemq.pool.1.password",
                             "acme.password",
                             "acme.api_token",
                             "acme.client_secret"})
        EXPECT_TRUE(is_secret(name)) << name;
    for (const auto* name : {"psk.callertype",
                             "activemq.pool.1.user",
                             "ssl_client_private",
                             "activemq.prompt_password",
                             "acme.url"})
        EXPECT_FALSE(is_secret(name)) << name;
}

}  // namespace
}  // namespace mco::config
