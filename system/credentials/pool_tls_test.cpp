#include "system/credentials/pool_tls.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace mco::credentials {
namespace {

class PoolTls : public ::testing::Test {
  protected:
    PoolTls() {
        directory_.write("certs/ca.pem", "");
        directory_.write("certs/web1.example.net.pem", "");
        directory_.write("certs/alice.mcollective.pem", "");
    }

    /// The pool of a configuration with these settings below `plugin.`, as `ca cert key` of each
    /// broker, a dash for what is not set.
    std::string files(std::map<std::string, std::string> plugin, Role role = Role::node) const {
        config::Config config;
        config.identity = "web1.example.net";
        plugin.emplace("activemq.pool.size", "1");
        for (const auto& [name, value] : plugin)
            config.plugin[name] = {value, "server.cfg:1"};
        const auto completed =
            with_pool_tls(config, role, {1000, 100, "alice", "users", {directory_.path()}});
        std::string all;
        for (const char* const broker : {"1", "2"})
            for (const char* const file : {"ca", "cert", "key"})
                all += short_name(completed.plugin_string(
                           std::string("activemq.pool.") + broker + ".ssl." + file, "-")) +
                       (std::string(file) == "key" ? "\n" : " ");
        return all;
    }

    std::string short_name(const std::string& path) const {
        const auto folder = directory_.path() + "/";
        return path.starts_with(folder) ? path.substr(folder.size()) : path;
    }

    static constexpr const char* none_ = "- - -\n";
    system::TemporaryDirectory directory_;
};

TEST_F(PoolTls, IsThatOfX509) {
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"}}),
              "certs/ca.pem certs/web1.example.net.pem private_keys/web1.example.net.pem\n- - -\n");
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"}}, Role::client),
              "certs/ca.pem certs/alice.mcollective.pem private_keys/alice.mcollective.pem\n"
              "- - -\n");
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"},
                     {"x509.certificate", "/c"},
                     {"x509.private_key", "/k"},
                     {"x509.ca", "/a"}}),
              "/a /c /k\n- - -\n");
}

TEST_F(PoolTls, CompletesWhatIsSet) {
    EXPECT_EQ(files({{"activemq.pool.size", "2"},
                     {"activemq.pool.1.ssl", "yes"},
                     {"activemq.pool.1.ssl.cert", "/c"},
                     {"activemq.pool.1.ssl.key", "/k"},
                     {"activemq.pool.2.ssl", "1"},
                     {"activemq.pool.2.ssl.ca", "/a"}}),
              "certs/ca.pem /c /k\n/a - -\n")
        << "an authority alone verifies the broker, and shows it nothing";
}

TEST_F(PoolTls, LeavesHalfOfAPairToTheConnector) {
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"}, {"activemq.pool.1.ssl.cert", "/c"}}),
              "certs/ca.pem /c -\n- - -\n");
}

TEST_F(PoolTls, StaysAwayFromOthers) {
    const auto nothing = std::string(none_) + none_;
    EXPECT_EQ(files({}), nothing) << "no TLS";
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "0"}}), nothing);
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "perhaps"}}), nothing);
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"}, {"activemq.pool.1.ssl.fallback", "1"}}),
              nothing);
    EXPECT_EQ(files({{"activemq.pool.size", "many"}, {"activemq.pool.1.ssl", "1"}}), nothing);
    std::filesystem::remove_all(directory_ / "certs");
    EXPECT_EQ(files({{"activemq.pool.1.ssl", "1"}}), nothing) << "x509 has no files";
}

TEST_F(PoolTls, SaysWhereItIsFrom) {
    config::Config config;
    config.connector = "rabbitmq";
    config.identity = "web1.example.net";
    config.plugin["rabbitmq.pool.size"] = {"1", "server.cfg:1"};
    config.plugin["rabbitmq.pool.1.ssl"] = {"1", "server.cfg:2"};
    const auto completed = with_pool_tls(
        config, Role::node, {0, 0, "root", "root", {directory_ / "none", directory_.path()}});
    EXPECT_EQ(completed.plugin.at("rabbitmq.pool.1.ssl.key").origin, "as plugin.x509.private_key");
    EXPECT_EQ(completed.plugin.at("rabbitmq.pool.1.ssl").origin, "server.cfg:2");
}

}  // namespace
}  // namespace mco::credentials
