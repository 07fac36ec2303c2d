#include "core/config/read.hpp"

#include "core/config/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace mco::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Read {
    Expected<Config> config;
    std::vector<std::string> warnings;
};

Read read(const std::string& text, const std::vector<Source>& plugin_d = {}) {
    Diagnostics diagnostics;
    auto config = parse({"server.cfg", text}, plugin_d, diagnostics);
    return {std::move(config), diagnostics.warnings};
}

/// The plugin setting `x` that one line makes; empty when it makes none.
std::string value_of_line(const std::string& line) {
    const auto got = read(line + "\n");
    return got.config->plugin_string("x", "");
}

void check_refused(const std::string& text, const std::string& message) {
    const auto got = read(text);
    ASSERT_FALSE(got.config.has_value()) << text;
    EXPECT_EQ(got.config.error().code, Errc::invalid);
    EXPECT_EQ(got.config.error().message, message);
}

TEST(Syntax, ValuesAreLiteral) {
    const struct {
        const char *line, *value;
    } cases[] = {
        {"plugin.x = value", "value"},
        {"plugin.x=value", "value"},
        {"  plugin.x\t=  value  ", "value"},
        {"plugin.x = a b", "a b"},
        {"plugin.x = 1 # x", "1 # x"},
        {"plugin.x == v", "= v"},
        {"plugin.x = a=b=c", "a=b=c"},
        {"plugin.x = \"quoted\"", "\"quoted\""},
        {"plugin.x = $HOME\\", "$HOME\\"},
        {"plugin.x = v\r", "v"},
        {"plugin_x = v", "v"},
        {"#plugin.x = v", ""},
        {"plugin.x =", ""},
        {"plugin.x =   ", ""},
        {"plugin.x", ""},
        {"", ""},
        {"=", ""},
        {"\xef\xbb\xbfplugin.x = v", "v"},
    };

    for (const auto& [line, value] : cases)
        EXPECT_EQ(value_of_line(line), value) << line;
}

TEST(Syntax, LastWinsButListsAccumulate) {
    const auto got = read(
        "ttl = 1\nttl = 2\nlibdir = /a:/b\nlibdir = /c\n"
        "default_discovery_options = one, two\ndefault_discovery_options = three\n");
    EXPECT_EQ(got.config->ttl.count(), 2);
    EXPECT_THAT(got.config->libdir, ElementsAre("/a", "/b", "/c"));
    EXPECT_THAT(got.config->default_discovery_options, ElementsAre("one, two", "three"));
    EXPECT_EQ(got.config->core.at("ttl").origin, "server.cfg:2");
    EXPECT_THAT(got.warnings, IsEmpty());
}

TEST(Defaults, AreThoseOfTheSpecification) {
    const auto config = *read("").config;
    EXPECT_EQ(config.file, "server.cfg");
    EXPECT_EQ(config.identity, "");
    EXPECT_THAT(config.collectives, ElementsAre("mcollective"));
    EXPECT_EQ(config.registration_collective, "mcollective");
    EXPECT_EQ(config.fact_cache_time.count(), 300);
    EXPECT_EQ(config.connection_timeout, std::nullopt);
    EXPECT_TRUE(config.core.empty());
}

TEST(CoreKeys, TypedValues) {
    const auto config =
        *read(
             "connector = RabbitMQ\nidentity = web1.example.net\ncollectives = a , b,mcollective\n"
             "main_collective = a\ndirect_addressing = n\ndirect_addressing_threshold = 0x10\n"
             "logger_type = Console\nloglevel = WARN\nkeeplogs = 010\nmax_log_size = 1_000\n"
             "color = F\nregisterinterval = 300\nregistration_collective = b\n"
             "rpcaudit = yes\nsoft_shutdown_timeout = -1\nconnection_timeout = 5\n"
             "default_batch_sleep_time = 0.5\nrpclimitmethod = random\nssl_cipher = aes-128-cbc\n")
             .config;
    EXPECT_EQ(config.connector, "rabbitmq");
    EXPECT_EQ(config.identity, "web1.example.net");
    EXPECT_THAT(config.collectives, ElementsAre("a", "b", "mcollective"));
    EXPECT_EQ(config.main_collective, "a");
    EXPECT_FALSE(config.direct_addressing);
    EXPECT_EQ(config.direct_addressing_threshold, 16);
    EXPECT_EQ(config.logger_type, "console");
    EXPECT_EQ(config.loglevel, "warn");
    EXPECT_EQ(config.keeplogs, 8);
    EXPECT_EQ(config.max_log_size, 1000u);
    EXPECT_FALSE(config.color);
    EXPECT_EQ(config.registerinterval.count(), 300);
    EXPECT_EQ(config.registration_collective, "b");
    EXPECT_TRUE(config.rpcaudit);
    EXPECT_EQ(config.soft_shutdown_timeout, std::chrono::seconds(-1));
    EXPECT_EQ(config.connection_timeout, std::chrono::seconds(5));
    EXPECT_DOUBLE_EQ(config.default_batch_sleep_time, 0.5);
    EXPECT_EQ(config.rpclimitmethod, "random");
    EXPECT_EQ(config.core.at("ssl_cipher").value, "aes-128-cbc");
}

TEST(CoreKeys, UnusableValuesAreRefusedWithTheirPlace) {
    check_refused("\nttl = abc\n", "server.cfg:2: ttl must be an integer, not 'abc'");
    check_refused("ttl = 60 # seconds", "server.cfg:1: ttl must be an integer, not '60 # seconds'");
    check_refused("ttl = -1", "server.cfg:1: ttl must be zero or more, not '-1'");
    check_refused("max_log_size = 0", "server.cfg:1: max_log_size must be above zero, not '0'");
    check_refused("registerinterval = 99999999999",
                  "server.cfg:1: registerinterval must be between -2147483647 and 2147483647, not "
                  "'99999999999'");
    check_refused("daemonize = on",
                  "server.cfg:1: daemonize must be a boolean: 1, yes, true, y, t or 0, no, false, "
                  "n, f, not 'on'");
    check_refused("default_batch_sleep_time = soon",
                  "server.cfg:1: default_batch_sleep_time must be a number, not 'soon'");
    check_refused("loglevel = loud",
                  "server.cfg:1: loglevel must be one of debug info warn error fatal, not 'loud'");
    check_refused("logger_type = paper",
                  "server.cfg:1: logger_type must be one of file syslog console, not 'paper'");
    check_refused("rpclimitmethod = last",
                  "server.cfg:1: rpclimitmethod must be one of first random, not 'last'");
    check_refused("libdir = /a:b",
                  "server.cfg:1: libdir must be a list of absolute paths, not '/a:b'");
    check_refused("collectives = ,",
                  "server.cfg:1: collectives must be a list with at least one member, not ','");
    check_refused(
        "identity = web 1",
        "server.cfg:1: identity must consist of letters, digits, '_', '.' and '-', not 'web 1'");
}

TEST(Warnings, Table) {
    const struct {
        const char *text, *warning;
    } cases[] = {
        {"loglevl = info",
         "server.cfg:1: 'loglevl' is not a setting known here; did you mean 'loglevel'?"},
        {"LogLevel = info",
         "server.cfg:1: 'LogLevel' is not a setting known here; did you mean 'loglevel'?"},
        {"nothinglikeit = 1", "server.cfg:1: 'nothinglikeit' is not a setting known here"},
        {"puppet.splay = 1",
         "server.cfg:1: 'puppet.splay' is not a setting known here; did you mean "
         "'plugin.puppet.splay'?"},
        {"\n  # ttl = 5",
         "server.cfg:2: this comment is read as a setting because its # is not in the first "
         "column"},
        {"loglevel info",
         "server.cfg:1: this line is ignored because it is not of the form key = value"},
        {"topicprefix = /topic/",
         "server.cfg:1: 'topicprefix' has no effect any more and can be removed"},
        {"plugin.pks = x",
         "server.cfg:1: 'plugin.pks' is not a setting known here; did you mean 'plugin.psk'?"},
        {"plugin.puppet.splay = perhaps",
         "server.cfg:1: plugin.puppet.splay should be a boolean such as 1 or 0"},
        {"plugin.activemq.pool.size = one",
         "server.cfg:1: plugin.activemq.pool.size should be a number"},
        {"plugin_psk = x",
         "server.cfg:1: 'plugin_psk' is read as a plugin setting; write plugin. with a dot"},
        {"collectives = a",
         "server.cfg:1: main_collective 'mcollective' is not one of the collectives"},
        {"registration_collective = x",
         "server.cfg:1: registration_collective 'x' is not one of the collectives; the main one is "
         "used"},
    };

    for (const auto& [text, warning] : cases) {
        const auto got = read(text);
        ASSERT_TRUE(got.config.has_value()) << text;
        EXPECT_THAT(got.warnings, ElementsAre(warning)) << text;
    }
}

TEST(Warnings, NoneForWhatIsFine) {
    const auto got =
        read("# comment\n   # indented comment\n\nkey =\nplugin.acme.deploy.directory = /x\n");
    EXPECT_THAT(got.warnings, ElementsAre());
}

TEST(PluginD, OverridesTheMainFile) {
    const auto got = read("plugin.puppet.splay = 0\nplugin.puppet.command = main\n",
                          {{"plugin.d/puppet.cfg", "splay = 1\n# x = 1\n"},
                           {"plugin.d/package.cfg", "provider=yum"}});
    EXPECT_EQ(got.config->plugin_string("puppet.splay", ""), "1");
    EXPECT_EQ(got.config->plugin.at("puppet.splay").origin, "plugin.d/puppet.cfg:1");
    EXPECT_EQ(got.config->plugin_string("puppet.command", ""), "main");
    EXPECT_EQ(got.config->plugin_string("package.provider", ""), "yum");
    EXPECT_THAT(got.warnings, IsEmpty());
}

TEST(PluginD, NamesOfFiles) {
    EXPECT_EQ(plugin_name("/etc/mcollective/plugin.d/puppet.cfg"), "puppet");
    EXPECT_EQ(plugin_name("My_Agent2.cfg"), "My_Agent2");
    for (const auto* name :
         {"a-b.cfg", "a.b.cfg", ".cfg", "puppet.conf", "puppet.cfg~", "puppet", ""})
        EXPECT_EQ(plugin_name(name), std::nullopt) << name;
    const auto got = read("", {{"plugin.d/a-b.cfg", "x = 1"}});
    EXPECT_THAT(got.warnings, ElementsAre(HasSubstr("plugin.d/a-b.cfg: this file is ignored")));
    EXPECT_TRUE(got.config->plugin.empty());
}

TEST(PluginSettings, TypedAccess) {
    const auto config =
        *read("plugin.a = yes\nplugin.b = 0x10\nplugin.c = 1.5\nplugin.d = hunter2\n").config;
    EXPECT_EQ(*config.plugin_bool("a", false), true);
    EXPECT_EQ(*config.plugin_int("b", 0), 16);
    EXPECT_EQ(*config.plugin_float("c", 0), 1.5);
    EXPECT_EQ(*config.plugin_bool("none", true), true);
    EXPECT_EQ(config.plugin_setting("none"), nullptr);
    EXPECT_EQ(config.plugin_bool("d", false).error().message,
              "server.cfg:4: plugin.d must be a boolean such as 1 or 0");
    EXPECT_EQ(config.plugin_int("d", 0).error().message,
              "server.cfg:4: plugin.d must be an integer");
    EXPECT_EQ(config.plugin_float("d", 0).error().message,
              "server.cfg:4: plugin.d must be a number");
}

TEST(EnvironmentOverrides, Table) {
    auto config = *read(
                       "plugin.psk = file\nplugin.activemq.pool.size = "
                       "2\nplugin.activemq.pool.1.user = joe\n")
                       .config;
    const std::map<std::string, std::string> variables = {
        {"MCOLLECTIVE_PSK", "env"},
        {"STOMP_USER", "sue"},
        {"STOMP_PASSWORD", ""},
        {"MCOLLECTIVE_ACTIVEMQ_POOL2_SSL_KEY", "/key"},
        {"MCOLLECTIVE_SSL_PRIVATE", "/private"}};
    apply_environment(config, [&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
    EXPECT_EQ(config.plugin.at("psk").value, "env");
    EXPECT_EQ(config.plugin.at("psk").origin, "environment");
    EXPECT_EQ(config.plugin_string("activemq.pool.1.user", ""), "sue");
    EXPECT_EQ(config.plugin_string("activemq.pool.2.user", ""), "sue");
    EXPECT_EQ(config.plugin_string("activemq.pool.2.password", "unset"), "")
        << "set, though empty, wins";
    EXPECT_EQ(config.plugin_string("activemq.pool.2.ssl.key", ""), "/key");
    EXPECT_EQ(config.plugin_setting("activemq.pool.1.ssl.key"), nullptr);
    EXPECT_EQ(config.plugin_setting("rabbitmq.pool.1.user"), nullptr);
    EXPECT_EQ(config.plugin_string("ssl_server_private", ""), "/private");
    EXPECT_EQ(config.plugin_string("ssl_client_private", ""), "/private");
}

}  // namespace
}  // namespace mco::config
