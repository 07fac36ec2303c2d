#include "system/credentials/credentials.hpp"

#include "core/security/x509/testing_pki.hpp"
#include "system/credentials/x509_files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include <sys/stat.h>

namespace mco::credentials {
namespace {

using x509::testing::Authority;
using x509::testing::Credential;
using x509::testing::test_now;

config::Config configured(const std::string& provider,
                          const std::map<std::string, std::string>& plugin = {}) {
    config::Config config;
    config.securityprovider = provider;
    config.identity = "web1.example.net";
    for (const auto& [name, value] : plugin)
        config.plugin[name] = {value, "test"};
    return config;
}

Surroundings somebody() {
    return {1000, 100, "alice", "users", {}};
}

/// The caller id, or why there is no provider.
std::string caller(const config::Config& config, Role role, const Surroundings& surroundings) {
    const auto made = make_provider(config, role, surroundings, test_now());
    return made ? made->provider->caller_id() : made.error().message;
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(PskCredentials, TheCallerFollowsItsType) {
    const struct {
        const char* type;
        const char* caller;
    } cases[] = {{"uid", "uid=1000"},
                 {"gid", "gid=100"},
                 {"group", "group=users"},
                 {"user", "user=alice"},
                 {"something", "uid=1000"},
                 {"identity", "identity=web1.example.net"}};

    for (const auto& c : cases)
        EXPECT_EQ(caller(configured("psk", {{"psk", "secret"}, {"psk.callertype", c.type}}),
                         Role::client,
                         somebody()),
                  c.caller);
    EXPECT_EQ(caller(configured("psk", {{"psk", "secret"}}), Role::node, somebody()), "uid=1000");
}

TEST(PskCredentials, WhatCannotWorkIsSaid) {
    auto nameless = somebody();
    nameless.user.clear();
    EXPECT_TRUE(mentions(caller(configured("psk", {{"psk", "secret"}, {"psk.callertype", "user"}}),
                                Role::client,
                                nameless),
                         "plugin.psk.callertype"));
    EXPECT_TRUE(mentions(caller(configured("psk"), Role::client, somebody()), "MCOLLECTIVE_PSK"));
    for (const char* key : {"unset", ""})
        EXPECT_TRUE(mentions(caller(configured("psk", {{"psk", key}}), Role::node, somebody()),
                             "plugin.psk: "))
            << key;
}

TEST(Credentials, ThereAreNoOtherProviders) {
    const auto why = caller(configured("none"), Role::node, somebody());
    EXPECT_EQ(why, "securityprovider = none: there are x509, psk, ssl and aes_security");
}

TEST(Credentials, TheCallerExtensionIsANameAndAValue) {
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(caller_extension(configured("x509")).value(), std::nullopt);
    EXPECT_EQ(caller_extension(configured("x509", {{"x509.caller_extension", "pp_auth_role=a=b"}}))
                  .value(),
              (Pair{"pp_auth_role", "a=b"}));
    for (const char* wrong : {"pp_auth_role", "=operator", "pp_auth_role="})
        EXPECT_TRUE(
            mentions(caller_extension(configured("x509", {{"x509.caller_extension", wrong}}))
                         .error()
                         .message,
                     "test: plugin.x509.caller_extension"))
            << wrong;
}

TEST(Credentials, ThisProcessIsSomebody) {
    const auto found = this_process("/home/somebody");
    EXPECT_EQ(found.uid, ::getuid());
    EXPECT_EQ(found.ssldirs.back(), "/var/lib/puppet/ssl");
    EXPECT_EQ(found.ssldirs.size(), found.uid == 0 ? 2u : 5u);
    if (found.uid != 0) {
        EXPECT_EQ(found.ssldirs[1], "/home/somebody/.puppet/etc/ssl");
    }
}

class X509Credentials : public ::testing::Test {
  protected:
    X509Credentials() {
        write_ca();
        write_own("web1.example.net");
        surroundings_.ssldirs = {directory_ / "nowhere", directory_.path()};
    }

    void write_ca() { directory_.write("certs/ca.pem", ca_.certificate_pem()); }

    Credential write_own(const std::string& name) {
        auto own = ca_.issue(name);
        directory_.write("certs/" + name + ".pem", own.certificate_pem);
        write_key(name, own.private_key_pem);
        return own;
    }

    void write_key(const std::string& name, const std::string& pem, mode_t mode = 0600) {
        ::chmod(directory_.write("private_keys/" + name + ".pem", pem).c_str(), mode);
    }

    Secured made(const config::Config& config, Role role = Role::node) {
        auto secured = make_provider(config, role, surroundings_, test_now());
        EXPECT_TRUE(secured) << secured.error().message;
        return *std::move(secured);
    }

    std::string why(const config::Config& config, Role role = Role::node) {
        return caller(config, role, surroundings_);
    }

    Authority ca_{"Puppet CA"};
    system::TemporaryDirectory directory_;
    Surroundings surroundings_ = somebody();
};

TEST_F(X509Credentials, DefaultsComeFromPuppet) {
    const auto secured = made(configured("x509"));
    EXPECT_EQ(secured.name, "x509");
    EXPECT_EQ(secured.provider->caller_id(), "cert=web1.example.net");
    ASSERT_EQ(secured.warnings.size(), 1u);
    EXPECT_TRUE(mentions(secured.warnings[0], "plugin.x509.crl"));
    directory_.write("crl.pem", ca_.revocation_list({}));
    EXPECT_TRUE(made(configured("x509")).warnings.empty());
}

TEST_F(X509Credentials, AnExpiredCertificateOfOursIsAWarning) {
    directory_.write("crl.pem", ca_.revocation_list({}));
    const auto expired = make_provider(
        configured("x509"), Role::node, surroundings_, test_now() + std::chrono::days(30));
    ASSERT_TRUE(expired);
    ASSERT_EQ(expired->warnings.size(), 1u);
    EXPECT_TRUE(mentions(expired->warnings[0], "certs/web1.example.net.pem has expired"));
}

TEST_F(X509Credentials, AClientPrefersItsUsersCertificate) {
    EXPECT_EQ(why(configured("x509"), Role::client), "cert=web1.example.net");
    write_own("alice.mcollective");
    EXPECT_EQ(why(configured("x509"), Role::client), "cert=alice.mcollective");
    EXPECT_EQ(why(configured("x509"), Role::node), "cert=web1.example.net");
}

TEST_F(X509Credentials, SettingsWin) {
    const auto bob = ca_.issue("bob.mcollective");
    const auto certificate = directory_.write("bob.crt", bob.certificate_pem);
    const auto key = directory_.write("bob.key", bob.private_key_pem);
    ::chmod(key.c_str(), 0640);
    auto config =
        configured("x509", {{"x509.certificate", certificate}, {"x509.private_key", key}});
    EXPECT_EQ(why(config, Role::client), "cert=bob.mcollective");
    config.plugin["x509.ca"] = {directory_.write("ca.crt", ca_.certificate_pem()), "test"};
    surroundings_.ssldirs.clear();
    EXPECT_EQ(why(config, Role::client), "cert=bob.mcollective");
    EXPECT_TRUE(mentions(why(config, Role::node), "is not the identity web1.example.net"));
}

TEST_F(X509Credentials, WhatIsMissingIsNamed) {
    auto config = configured("x509");
    config.identity = "web2.example.net";
    const auto nobody = why(config);
    EXPECT_TRUE(mentions(nobody, "web2.example.net")) << nobody;
    EXPECT_TRUE(mentions(nobody, directory_.path())) << nobody;
    EXPECT_TRUE(mentions(nobody, "plugin.x509.certificate")) << nobody;
    for (const char* name : {"certificate", "private_key", "ca", "crl"}) {
        const auto path = directory_ / "absent";
        const auto missing = why(configured("x509", {{std::string("x509.") + name, path}}));
        EXPECT_EQ(missing.rfind(std::string("plugin.x509.") + name + ": ", 0), 0u) << missing;
        EXPECT_TRUE(mentions(missing, path)) << missing;
        const auto garbage = directory_.write("garbage", "?");
        ::chmod(garbage.c_str(), 0600);
        const auto unusable = why(configured("x509", {{std::string("x509.") + name, garbage}}));
        EXPECT_EQ(unusable.rfind(std::string("plugin.x509.") + name + ": ", 0), 0u) << unusable;
        EXPECT_TRUE(mentions(unusable, garbage)) << unusable;
    }
    EXPECT_TRUE(
        mentions(why(configured("x509", {{"x509.callers", "("}})), "plugin.x509.callers: "));
    EXPECT_TRUE(mentions(why(configured("x509", {{"x509.encrypt_replies", "perhaps"}})),
                         "x509.encrypt_replies"));
}

TEST_F(X509Credentials, AnIdentityIsNoPath) {
    auto config = configured("x509");
    config.identity = "../certs/web1.example.net";
    EXPECT_TRUE(mentions(why(config), "no certificate for"));
}

TEST_F(X509Credentials, AKeyThatEverybodyMayReadIsRefused) {
    const auto own = write_own("web1.example.net");
    for (const mode_t mode : {0644u, 0604u, 0602u}) {
        write_key("web1.example.net", own.private_key_pem, mode);
        const auto made = make_provider(configured("x509"), Role::node, surroundings_, test_now());
        ASSERT_FALSE(made) << mode;
        EXPECT_EQ(made.error().code, Errc::denied);
        EXPECT_TRUE(mentions(made.error().message, "private_keys/web1.example.net.pem"));
    }
    write_key("web1.example.net", own.private_key_pem, 0640);
    EXPECT_EQ(why(configured("x509")), "cert=web1.example.net");
}

class X509Refresh : public X509Credentials {
  protected:
    bool accepts_alice() {
        return static_cast<bool>(node_.provider->prove_request({sealed_, {}, {}}, test_now()));
    }

    /// Replaces the file, so that its stamp differs whatever the clock's resolution.
    void renew(const std::string& name, const std::string& content) {
        const auto fresh = directory_.write("fresh", content);
        ::chmod(fresh.c_str(), 0600);
        ASSERT_EQ(std::rename(fresh.c_str(), (directory_ / name).c_str()), 0);
    }

    std::string seal() {
        message::Claims claims;
        claims.id = std::string(32, 'a');
        claims.sender = "desk";
        claims.caller = "cert=alice.mcollective";
        claims.collective = "mcollective";
        claims.agent = "discovery";
        claims.time = test_now();
        claims.body = "ping";
        return *made(configured("x509"), Role::client).provider->seal_request(claims);
    }

    Credential alice_ = write_own("alice.mcollective");
    std::string list_ = directory_.write("crl.pem", ca_.revocation_list({}));
    std::string sealed_ = seal();
    Secured node_ = made(configured("x509"));
};

TEST_F(X509Refresh, NothingChangesByItself) {
    EXPECT_TRUE(accepts_alice());
    EXPECT_EQ(node_.watcher->refresh().value(), false);
}

TEST_F(X509Refresh, ANewListCountsAtOnce) {
    EXPECT_TRUE(accepts_alice());
    renew("crl.pem", ca_.revocation_list({alice_.certificate_pem}));
    EXPECT_EQ(node_.watcher->refresh().value(), true);
    EXPECT_FALSE(accepts_alice());
    EXPECT_EQ(node_.watcher->refresh().value(), false);
}

TEST_F(X509Refresh, UnusableFilesAreToldOnceAndChangeNothing) {
    renew("crl.pem", "half a li");
    const auto refreshed = node_.watcher->refresh();
    ASSERT_FALSE(refreshed);
    EXPECT_TRUE(mentions(refreshed.error().message, "plugin.x509.crl: "))
        << refreshed.error().message;
    EXPECT_TRUE(accepts_alice());
    EXPECT_EQ(node_.watcher->refresh().value(), false);
    renew("crl.pem", ca_.revocation_list({alice_.certificate_pem}));
    EXPECT_EQ(node_.watcher->refresh().value(), true);
    EXPECT_FALSE(accepts_alice());
}

TEST_F(X509Refresh, ADeletedListDoesNotBringTheRevokedBack) {
    renew("crl.pem", ca_.revocation_list({alice_.certificate_pem}));
    ASSERT_TRUE(node_.watcher->refresh().value());
    ASSERT_EQ(std::remove(list_.c_str()), 0);
    EXPECT_FALSE(node_.watcher->refresh());
    renew("certs/ca.pem", ca_.certificate_pem());
    EXPECT_FALSE(node_.watcher->refresh());
    EXPECT_FALSE(accepts_alice());
}

TEST_F(X509Refresh, ARenewedCertificateAndKeyComeOneAfterTheOther) {
    const auto fresh = ca_.issue("web1.example.net");
    renew("private_keys/web1.example.net.pem", fresh.private_key_pem);
    EXPECT_FALSE(node_.watcher->refresh()) << "the old certificate";
    EXPECT_TRUE(accepts_alice());
    renew("certs/web1.example.net.pem", fresh.certificate_pem);
    EXPECT_EQ(node_.watcher->refresh().value(), true);
    EXPECT_TRUE(accepts_alice());
}

TEST(CallerPatterns, AreSplitAtBlanksAndOuterCommas) {
    const struct {
        const char* text;
        std::vector<std::string> patterns;
    } cases[] = {
        {"", {}},
        {R"(.+\.mcollective)", {R"(.+\.mcollective)"}},
        {"a b,c ,  d", {"a", "b", "c", "d"}},
        {"a{1,2},[b,c],(d|e,f)", {"a{1,2}", "[b,c]", "(d|e,f)"}},
        {R"(a\,b,c\))", {R"(a\,b)", R"(c\))"}},
    };

    for (const auto& c : cases)
        EXPECT_EQ(split_patterns(c.text), c.patterns) << c.text;
}

}  // namespace
}  // namespace mco::credentials
