#include "core/config/environment.hpp"
#include "core/security/legacy/testing_keys.hpp"
#include "core/security/x509/testing_pki.hpp"
#include "system/credentials/credentials.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::credentials {
namespace {

using security::testing::john_private;
using security::testing::john_public;
using x509::testing::test_now;

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class LegacyCredentials : public ::testing::TestWithParam<const char*> {
  protected:
    LegacyCredentials() {
        write_private("john.key", john_private);
        directory_.write("john.pem", john_public);
        write_private("server.key", servers_.private_key_pem);
        directory_.write("server.pem", servers_.certificate_pem);
        directory_.write("clients/john.pem", john_public);
    }

    bool is_ssl() const { return std::string_view(GetParam()) == "ssl"; }

    void write_private(const std::string& name, const std::string& pem, mode_t mode = 0600) {
        ::chmod(directory_.write(name, pem).c_str(), mode);
    }

    /// `part` as in server_public.
    std::string setting(const std::string& part) const {
        return (is_ssl() ? "ssl_" : "aes.") + part;
    }

    config::Config configured() const {
        config::Config config;
        config.securityprovider = GetParam();
        config.identity = "web1.example.net";
        for (const auto& [part, file] :
             std::map<std::string, std::string>{{"client_private", "john.key"},
                                                {"client_public", "john.pem"},
                                                {"server_private", "server.key"},
                                                {"server_public", "server.pem"},
                                                {"client_cert_dir", "clients"}})
            config.plugin[setting(part)] = {directory_ / file, "test"};
        return config;
    }

    static Expected<Secured> try_make(const config::Config& config, Role role) {
        return make_provider(config, role, {1000, 100, "john", "users", {}}, test_now());
    }

    static Secured made(const config::Config& config, Role role) {
        auto secured = try_make(config, role);
        EXPECT_TRUE(secured) << secured.error().message;
        return *std::move(secured);
    }

    static Error why(const config::Config& config, Role role) {
        const auto secured = try_make(config, role);
        return secured ? Error{Errc::invalid, "it was made"} : secured.error();
    }

    static bool warns(const Secured& secured, const std::string& part) {
        return std::any_of(secured.warnings.begin(),
                           secured.warnings.end(),
                           [&](const std::string& warning) { return mentions(warning, part); });
    }

    static std::string request_of(const Secured& client) {
        message::Claims claims;
        claims.id = "0b54253cb5d04eb8b26ea75bbf468cbc";
        claims.sender = "dev1";
        claims.caller = client.provider->caller_id();
        claims.collective = "mcollective";
        claims.agent = "discovery";
        claims.time = test_now();
        claims.body = "ping";
        return *client.provider->seal_request(claims);
    }

    static bool accepts(Secured& node, const std::string& request) {
        return node.provider->prove_request({request, {}, {}}, test_now()).has_value();
    }

    x509::testing::Credential servers_ =
        x509::testing::self_signed({"server", x509::testing::KeyKind::rsa1024});
    system::TemporaryDirectory directory_;
};

INSTANTIATE_TEST_SUITE_P(Providers, LegacyCredentials, ::testing::Values("ssl", "aes_security"));

TEST_P(LegacyCredentials, NodeAndClientUnderstandEachOther) {
    auto node = made(configured(), Role::node);
    auto client = made(configured(), Role::client);
    EXPECT_EQ(node.name, GetParam());
    EXPECT_EQ(client.provider->caller_id(), "cert=john");
    EXPECT_EQ(node.provider->caller_id(), "cert=server");
    const auto request = node.provider->prove_request({request_of(client), {}, {}}, test_now());
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    const message::Reply reply{(*request)->id, "web1", "discovery", "", test_now(), "pong"};
    const auto bytes = *node.provider->seal_reply(reply, *request);
    EXPECT_TRUE(client.provider->prove_reply({bytes, {}, {}}, reply.id, test_now()).has_value());
}

TEST_P(LegacyCredentials, TheSerialiserIsYamlOnlyWhenItSaysSo) {
    auto config = configured();
    const auto begins = [&](const char* serialiser) {
        config.plugin[is_ssl() ? "ssl_serializer" : "aes.serializer"] = {serialiser, "test"};
        return request_of(made(config, Role::client)).substr(0, 3);
    };
    EXPECT_EQ(begins("yaml"), "---");
    for (const char* other : {"marshal", "YAML", "json"})
        EXPECT_EQ(begins(other).substr(0, 2), "\x04\x08") << other;
}

TEST_P(LegacyCredentials, SaysThatItIsForMigration) {
    for (const auto role : {Role::node, Role::client}) {
        const auto secured = made(configured(), role);
        ASSERT_EQ(secured.warnings.size(), 1u);
        EXPECT_TRUE(warns(secured, "migration"));
    }
}

TEST_P(LegacyCredentials, NamesTheSettingThatIsMissing) {
    for (const auto& [part, role] : {std::pair("client_private", Role::client),
                                     std::pair("client_public", Role::client),
                                     std::pair("server_private", Role::node),
                                     std::pair("server_public", Role::node),
                                     std::pair("client_cert_dir", Role::node)}) {
        auto config = configured();
        config.plugin.erase(setting(part));
        const auto error = why(config, role);
        EXPECT_EQ(error.code, Errc::not_found);
        EXPECT_TRUE(mentions(error.message, "plugin." + setting(part))) << error.message;
        EXPECT_EQ(mentions(error.message, "MCOLLECTIVE_"),
                  role == Role::client || (is_ssl() && std::string(part) == "server_private"))
            << error.message;
    }
}

TEST_P(LegacyCredentials, NamesTheFileThatIsOfNoUse) {
    for (const auto& [part, role] :
         {std::pair("client_private", Role::client), std::pair("server_private", Role::node)}) {
        auto config = configured();
        config.plugin[setting(part)] = {directory_.write("junk.pem", "junk"), "test"};
        ::chmod((directory_ / "junk.pem").c_str(), 0600);
        const auto error = why(config, role);
        EXPECT_TRUE(mentions(error.message, "plugin." + setting(part) + ": ")) << error.message;
        EXPECT_TRUE(mentions(error.message, directory_ / "junk.pem")) << error.message;
        config.plugin[setting(part)] = {directory_ / "absent.pem", "test"};
        EXPECT_EQ(why(config, role).code, Errc::not_found);
        EXPECT_TRUE(mentions(why(config, role).message, directory_ / "absent.pem"));
    }
}

TEST_P(LegacyCredentials, TheEnvironmentNamesOtherKeys) {
    const auto mary = x509::testing::self_signed({"mary", x509::testing::KeyKind::rsa1024});
    write_private("mary.key", mary.private_key_pem);
    directory_.write("mary.pem", mary.certificate_pem);
    directory_.write("clients/mary.pem", mary.certificate_pem);
    auto config = configured();
    const std::string prefix = is_ssl() ? "MCOLLECTIVE_SSL_" : "MCOLLECTIVE_AES_";
    config::apply_environment(config, [&](const std::string& name) -> std::optional<std::string> {
        if (name == prefix + "PRIVATE")
            return directory_ / "mary.key";
        if (name == prefix + "PUBLIC")
            return directory_ / "mary.pem";
        return std::nullopt;
    });
    auto client = made(config, Role::client);
    EXPECT_EQ(client.provider->caller_id(), "cert=mary");
    auto node = made(configured(), Role::node);
    EXPECT_TRUE(accepts(node, request_of(client)));
    // on servers only ssl's private key follows the environment
    EXPECT_EQ(warns(made(config, Role::node), "is not the public half"), is_ssl());
}

TEST_P(LegacyCredentials, APrivateKeyMustNotBeOpenToEverybody) {
    ::chmod((directory_ / "john.key").c_str(), 0644);
    const auto error = why(configured(), Role::client);
    EXPECT_EQ(error.code, Errc::denied);
    EXPECT_TRUE(mentions(error.message, "plugin." + setting("client_private")));
    EXPECT_TRUE(mentions(error.message, directory_ / "john.key"));
    ::chmod((directory_ / "john.key").c_str(), 0640);
    EXPECT_TRUE(try_make(configured(), Role::client));
}

TEST_P(LegacyCredentials, CallersComeAndGo) {
    auto node = made(configured(), Role::node);
    const auto request = request_of(made(configured(), Role::client));
    EXPECT_TRUE(accepts(node, request));
    ::unlink((directory_ / "clients/john.pem").c_str());
    EXPECT_FALSE(accepts(node, request));
    directory_.write("clients/john.pem", john_public);
    EXPECT_TRUE(accepts(node, request));
}

TEST_P(LegacyCredentials, ANewKeyIsTakenIntoUse) {
    auto client = made(configured(), Role::client);
    auto node = made(configured(), Role::node);
    EXPECT_FALSE(*client.watcher->refresh());
    const auto fresh = x509::testing::self_signed({"john", x509::testing::KeyKind::rsa1024});
    write_private("john.key", fresh.private_key_pem);
    directory_.write("john.pem", fresh.certificate_pem);
    directory_.write("clients/john.pem", fresh.certificate_pem);
    EXPECT_FALSE(accepts(node, request_of(client)));
    EXPECT_TRUE(*client.watcher->refresh());
    EXPECT_TRUE(accepts(node, request_of(client)));
    EXPECT_FALSE(*client.watcher->refresh());
}

TEST_P(LegacyCredentials, AnUnusableNewKeyIsToldOnce) {
    auto client = made(configured(), Role::client);
    auto node = made(configured(), Role::node);
    write_private("john.key", "junk");
    const auto refreshed = client.watcher->refresh();
    ASSERT_FALSE(refreshed);
    EXPECT_TRUE(mentions(refreshed.error().message, "plugin." + setting("client_private")));
    EXPECT_TRUE(mentions(refreshed.error().message, directory_ / "john.key"));
    EXPECT_FALSE(*client.watcher->refresh());
    EXPECT_TRUE(accepts(node, request_of(client)));
    write_private("john.key", john_private, 0644);
    EXPECT_EQ(client.watcher->refresh().error().code, Errc::denied);
}

TEST_P(LegacyCredentials, WarnsOfKeysThatAreNoPair) {
    auto config = configured();
    config.plugin[setting("client_public")] = {directory_ / "server.pem", "test"};
    EXPECT_TRUE(warns(made(config, Role::client), "is not the public half"));
}

TEST_P(LegacyCredentials, WarnsOfWhatIsDangerous) {
    auto config = configured();
    config.plugin[is_ssl() ? "ssl.enforce_ttl" : "aes.enforce_ttl"] = {"0", "test"};
    EXPECT_TRUE(warns(made(config, Role::node), "enforce_ttl = 0"));
    EXPECT_FALSE(warns(made(config, Role::client), "enforce_ttl"));
    config.plugin[is_ssl() ? "ssl.enforce_ttl" : "aes.enforce_ttl"] = {"false", "test"};
    EXPECT_FALSE(warns(made(config, Role::node), "enforce_ttl"));
    config.plugin[setting("client_cert_dir")] = {directory_ / "nowhere", "test"};
    EXPECT_TRUE(warns(made(config, Role::node), "there is no directory"));
}

class AesCredentials : public LegacyCredentials {};

INSTANTIATE_TEST_SUITE_P(Providers, AesCredentials, ::testing::Values("aes_security"));

TEST_P(AesCredentials, SendsItsKeyForExactlyOne) {
    for (const auto& [value, sends] :
         {std::pair("1", true), std::pair("true", false), std::pair("yes", false)}) {
        auto config = configured();
        config.plugin["aes.send_pubkey"] = {value, "test"};
        EXPECT_EQ(mentions(request_of(made(config, Role::client)), "sslpubkey"), sends) << value;
    }
}

TEST_P(AesCredentials, LearnsAndTellsIt) {
    ::unlink((directory_ / "clients/john.pem").c_str());
    auto config = configured();
    config.plugin["aes.send_pubkey"] = {"1", "test"};
    config.plugin["aes.learn_pubkeys"] = {"1", "test"};
    const auto request = request_of(made(config, Role::client));
    auto careful = made(config, Role::node);
    EXPECT_TRUE(warns(careful, "aes.ca_cert"));
    EXPECT_FALSE(accepts(careful, request));
    config.plugin["aes.insecure_learning"] = {"yes", "test"};
    auto trusting = made(config, Role::node);
    EXPECT_TRUE(warns(trusting, "insecure_learning"));
    EXPECT_TRUE(accepts(trusting, request));
    const auto news = trusting.watcher->news();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_TRUE(mentions(news.front(), directory_ / "clients/john.pem"));
    EXPECT_TRUE(accepts(careful, request));
}

TEST_P(AesCredentials, TheAuthorityDecides) {
    auto config = configured();
    x509::testing::Authority ca("Puppet CA", x509::testing::KeyKind::rsa1024);
    config.plugin["aes.ca_cert"] = {directory_.write("ca.pem", ca.certificate_pem()), "test"};
    auto node = made(config, Role::node);
    EXPECT_FALSE(accepts(node, request_of(made(config, Role::client))));
    const auto mary = ca.issue("mary", x509::testing::KeyKind::rsa1024);
    directory_.write("clients/mary.pem", mary.certificate_pem);
    write_private("john.key", mary.private_key_pem);
    directory_.write("john.pem", mary.certificate_pem);
    EXPECT_TRUE(accepts(node, request_of(made(config, Role::client))));
    config.plugin["aes.ca_cert"] = {directory_ / "john.key", "test"};
    EXPECT_TRUE(mentions(why(config, Role::node).message, "plugin.aes.ca_cert"));
}

TEST_P(AesCredentials, TheCipherIsNamed) {
    auto config = configured();
    config.core["ssl_cipher"] = {"rot13", "test"};
    EXPECT_TRUE(mentions(why(config, Role::client).message, "ssl_cipher: "));
    config.core["ssl_cipher"] = {"aes-128-cbc", "test"};
    auto node = made(config, Role::node);
    EXPECT_TRUE(accepts(node, request_of(made(config, Role::client))));
    EXPECT_FALSE(accepts(node, request_of(made(configured(), Role::client))));
}

}  // namespace
}  // namespace mco::credentials
