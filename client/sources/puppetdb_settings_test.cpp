#include "client/sources/puppetdb_settings.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace mco::client {
namespace {

using Plugin = std::vector<std::pair<std::string, std::string>>;

config::Config configured(const Plugin& settings) {
    config::Config config;
    for (const auto& [name, value] : settings)
        config.plugin[name] = {value, "client.cfg:1"};
    return config;
}

std::string error_of(const Plugin& settings) {
    const auto read = read_puppetdb_settings(configured(settings), std::nullopt);
    return read ? "" : read.error().message;
}

TEST(PuppetDbSettings, NeedNoCertificateForPlainServers) {
    const auto settings = read_puppetdb_settings(
        configured({{"puppetdb.url", "http://a, http://b:1234/,"}, {"puppetdb.timeout", "7"}}),
        std::nullopt);
    ASSERT_TRUE(settings) << settings.error().message;
    ASSERT_EQ(settings->servers.size(), 2u);
    EXPECT_EQ(settings->servers[0].port, 8080);
    EXPECT_EQ(settings->servers[1].url, "http://b:1234");
    EXPECT_EQ(settings->timeout, std::chrono::seconds(7));
}

TEST(PuppetDbSettings, TakeCertificatesOfTheirOwnOrOfX509) {
    const system::TemporaryDirectory directory;
    const auto key = directory.write("own.key", "key");
    const auto other = directory.write("x509.key", "key");
    ::chmod(key.c_str(), 0600);
    ::chmod(other.c_str(), 0600);
    Plugin settings = {{"puppetdb.url", "https://db"},
                       {"x509.certificate", "x509.pem"},
                       {"x509.private_key", other},
                       {"x509.ca", "x509-ca.pem"}};
    const auto inherited = read_puppetdb_settings(configured(settings), std::nullopt);
    ASSERT_TRUE(inherited) << inherited.error().message;
    EXPECT_EQ(inherited->tls.certificate, "x509.pem");
    EXPECT_EQ(inherited->tls.key, other);
    EXPECT_EQ(inherited->tls.ca, std::vector<std::string>{"x509-ca.pem"});
    EXPECT_EQ(inherited->tls.crl, "") << "x509 checks none either";
    EXPECT_FALSE(inherited->tls.fallback);

    settings.emplace_back("puppetdb.certificate", "own.pem");
    settings.emplace_back("puppetdb.private_key", key);
    settings.emplace_back("puppetdb.ca", "a.pem, b.pem");
    const auto own = read_puppetdb_settings(configured(settings), std::nullopt);
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_EQ(own->tls.certificate, "own.pem");
    EXPECT_EQ(own->tls.key, key);
    EXPECT_EQ(own->tls.ca, (std::vector<std::string>{"a.pem", "b.pem"}));

    ::chmod(key.c_str(), 0644);
    const auto readable = read_puppetdb_settings(configured(settings), std::nullopt);
    ASSERT_FALSE(readable);
    EXPECT_EQ(readable.error().code, Errc::denied);
    EXPECT_NE(readable.error().message.find("plugin.puppetdb.private_key"), std::string::npos)
        << readable.error().message;
}

TEST(PuppetDbSettings, TakeTheRevocationListThatGoesWithTheAuthority) {
    const system::TemporaryDirectory directory;
    const auto key = directory.write("own.key", "key");
    ::chmod(key.c_str(), 0600);
    const auto list_of = [&](const Plugin& more) {
        Plugin settings = {{"puppetdb.url", "https://db"},
                           {"x509.certificate", "x509.pem"},
                           {"x509.private_key", key},
                           {"x509.ca", "x509-ca.pem"}};
        settings.insert(settings.end(), more.begin(), more.end());
        const auto read = read_puppetdb_settings(configured(settings), std::nullopt);
        return read ? read->tls.crl : "error: " + read.error().message;
    };
    EXPECT_EQ(list_of({{"x509.crl", "x509-crl.pem"}}), "x509-crl.pem")
        << "what is configured has to be there when it is used";
    EXPECT_EQ(list_of({{"x509.crl", "x509-crl.pem"}, {"puppetdb.crl", "own.pem"}}), "own.pem");
    EXPECT_EQ(list_of({{"x509.crl", "x509-crl.pem"}, {"puppetdb.ca", "ca.pem"}}), "")
        << "it is of another authority";
    EXPECT_EQ(list_of({{"puppetdb.ca", "ca.pem"}, {"puppetdb.crl", "own.pem"}}), "own.pem");
}

TEST(PuppetDbSettings, SayWhatIsWrong) {
    EXPECT_EQ(error_of({}),
              "the discovery method puppetdb needs plugin.puppetdb.url in the configuration, such "
              "as https://puppetdb.example.net:8081");
    EXPECT_EQ(error_of({{"puppetdb.url", "db"}}),
              "plugin.puppetdb.url: 'db' is not a URL such as https://HOST:PORT");
    const auto password = error_of({{"puppetdb.url", "https://a:geheim@db"}});
    EXPECT_EQ(password, "plugin.puppetdb.url: users and passwords do not belong into this URL");
    EXPECT_EQ(error_of({{"puppetdb.url", "http://db"}, {"puppetdb.timeout", "0"}}),
              "plugin.puppetdb.timeout has to be at least 1 second");
    EXPECT_EQ(error_of({{"puppetdb.url", "https://db"}, {"puppetdb.certificate", "a"}}),
              "plugin.puppetdb.certificate and plugin.puppetdb.private_key go together");
}

}  // namespace
}  // namespace mco::client
