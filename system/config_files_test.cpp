#include "system/config_files.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace mco::system {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

config::Environment variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(ConfigCandidates, OrderOfTheOriginal) {
    EXPECT_THAT(
        config_candidates(Program::server, "/home/joe"),
        ElementsAre("/etc/puppetlabs/mcollective/server.cfg", "/etc/mcollective/server.cfg"));
    EXPECT_THAT(config_candidates(Program::client, "/home/joe"),
                ElementsAre("/home/joe/.mcollective",
                            "/etc/puppetlabs/mcollective/client.cfg",
                            "/etc/mcollective/client.cfg"));
    EXPECT_THAT(
        config_candidates(Program::client, std::nullopt),
        ElementsAre("/etc/puppetlabs/mcollective/client.cfg", "/etc/mcollective/client.cfg"));
}

TEST(LoadConfig, MainFilePluginDirectoryAndEnvironment) {
    const TemporaryDirectory directory;
    const auto path = directory.write("server.cfg", "identity = web1\nplugin.psk = file\n");
    fs::permissions(path, fs::perms(0600));
    directory.write("plugin.d/puppet.cfg", "splay = 0\n");
    directory.write("plugin.d/README", "not read");
    const auto loaded = load_config(Program::server, path, variables({{"MCOLLECTIVE_PSK", "env"}}));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->config.file, path);
    EXPECT_EQ(loaded->config.identity, "web1");
    EXPECT_EQ(loaded->config.plugin_string("puppet.splay", ""), "0");
    EXPECT_EQ(loaded->config.plugin_string("psk", ""), "env");
    EXPECT_THAT(loaded->diagnostics.warnings, IsEmpty());
}

TEST(LoadConfig, FilesAreReadAsIfTheyWereInPluginD) {
    const TemporaryDirectory directory;
    const auto path = directory.write("server.cfg", "identity = web1\n");
    directory.write("plugin.d/puppet.cfg", "splay = 0\ncommand = old\n");
    directory.write("plugin.d/yaml.cfg", "x = kept\n");
    const auto fresh = directory.write("fresh", "splay = 1\n");
    const auto loaded =
        load_config(
            Program::server, path, variables({}), {{"puppet.cfg", fresh}, {"added.cfg", fresh}})
            .value()
            .config;
    EXPECT_EQ(loaded.plugin_string("puppet.splay", ""), "1");
    EXPECT_EQ(loaded.plugin_string("puppet.command", ""), "") << "the file there does not count";
    EXPECT_EQ(loaded.plugin_string("added.splay", ""), "1");
    EXPECT_EQ(loaded.plugin_string("yaml.x", ""), "kept");
    EXPECT_EQ(loaded.plugin.at("puppet.splay").origin, directory / "plugin.d/puppet.cfg" + ":1");
    const auto missing =
        load_config(Program::server, path, variables({}), {{"a.cfg", directory / "none"}});
    EXPECT_THAT(missing.error().message, HasSubstr(directory / "none"));
}

TEST(LoadConfig, TheUsersFileComesFirst) {
    const TemporaryDirectory home;
    home.write(".mcollective", "ttl = 7\n");
    const auto loaded =
        load_config(Program::client, std::nullopt, variables({{"HOME", home.path()}}));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->config.file, home / ".mcollective");
    EXPECT_EQ(loaded->config.identity, *host_name());
}

TEST(LoadConfig, WarnsOnceAboutSecretsEverybodyCanRead) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "client.cfg", "identity = a\nplugin.activemq.pool.1.password = x\nplugin.psk = x\n");
    fs::permissions(path, fs::perms(0644));
    const auto warnings = load_config(Program::client, path, variables({}))->diagnostics.warnings;
    EXPECT_THAT(warnings,
                ElementsAre(HasSubstr(path + ":2: plugin.activemq.pool.1.password is secret")));
}

TEST(LoadConfig, ErrorsNameTheFile) {
    const TemporaryDirectory directory;
    const auto missing =
        load_config(Program::server, directory / "none.cfg", variables({})).error();
    EXPECT_EQ(missing.code, Errc::not_found);
    EXPECT_THAT(missing.message, HasSubstr(directory / "none.cfg"));
    const auto wrong = directory.write("wrong.cfg", "ttl = x\n");
    EXPECT_THAT(load_config(Program::server, wrong, variables({})).error().message,
                HasSubstr(wrong + ":1: ttl"));
}

TEST(ProcessEnvironment, SeesThisProcess) {
    EXPECT_EQ(process_environment()("NO_SUCH_VARIABLE_HERE"), std::nullopt);
    EXPECT_EQ(process_environment()("PATH"), std::string(std::getenv("PATH")));
}

}  // namespace
}  // namespace mco::system
