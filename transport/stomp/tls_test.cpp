#include "transport/stomp/tls.hpp"

#include "core/security/x509/testing_pki.hpp"
#include "system/temporary_directory.hpp"
#include "transport/stomp/connector_fixture.hpp"

#include <optional>

namespace mco::stomp {
namespace {

using x509::testing::Authority;
using x509::testing::KeyKind;
using x509::testing::Wanted;

struct CertificateFiles {
    std::string certificate;
    std::string key;
};

class TlsTest : public ConnectorTest {
  protected:
    /// Certificate and key of that name, current now.
    CertificateFiles issue(const std::string& name,
                           KeyKind kind,
                           std::vector<std::string> alternative_names) {
        Wanted wanted;
        wanted.name = name;
        wanted.key = kind;
        wanted.not_before = clock_.now() - std::chrono::days(1);
        wanted.not_after = clock_.now() + std::chrono::days(1);
        wanted.alternative_names = std::move(alternative_names);
        const auto credential = authority_.issue(wanted);
        return {directory_.write(name + ".pem", credential.certificate_pem),
                directory_.write(name + ".key", credential.private_key_pem)};
    }

    /// A server whose certificate is valid for `alternative_name`.
    LoopbackServer& serve(const std::string& alternative_name,
                          KeyKind kind = KeyKind::p256,
                          const std::string& clients_ca = "") {
        const auto files = issue("server", kind, {alternative_name});
        server_.emplace(io_, ServerTls{files.certificate, files.key, clients_ca});
        return *server_;
    }

    Options tls_options(Tls tls) {
        Options options = options_for(server_->port());
        options.pool[0].tls = std::move(tls);
        return options;
    }

    Tls trusting() const {
        return {.ca = {authority_file_}, .certificate = "", .key = "", .ciphers = ""};
    }

    /// Why the first attempt failed.
    std::string first_failure(Options options) {
        start(std::move(options));
        EXPECT_TRUE(eventually([&] { return !disconnected_.empty() || !connected_.empty(); }));
        return disconnected_.empty() ? "" : disconnected_[0].message;
    }

    system::TemporaryDirectory directory_;
    Authority authority_{"ca", KeyKind::p256, clock_.now()};
    std::string authority_file_ = directory_.write("ca.pem", authority_.certificate_pem());
    std::optional<LoopbackServer> server_;
};

TEST_F(TlsTest, ConnectsToAVerifiedServerAndTalks) {
    for (const auto kind : {KeyKind::p256, KeyKind::rsa2048}) {
        connected_.clear();
        LoopbackServer& server = serve("IP:127.0.0.1", kind);
        start(tls_options(trusting()));
        ASSERT_TRUE(connects()) << log_text_;
        ASSERT_TRUE(connector_->publish(broadcast(std::string(100'000, 'x'))));
        ASSERT_TRUE(eventually([&] { return server.count("SEND") == 1; }));
        bool stopped = false;
        connector_->stop(std::chrono::seconds(5), [&] { stopped = true; });
        ASSERT_TRUE(eventually([&] { return stopped; }));
        EXPECT_EQ(server.count("DISCONNECT"), 1U);
        connector_.reset();
    }
}

TEST_F(TlsTest, PresentsItsCertificate) {
    for (const auto kind : {KeyKind::p256, KeyKind::rsa2048}) {
        connected_.clear();
        serve("IP:127.0.0.1", KeyKind::p256, authority_file_);
        const auto ours = issue("client", kind, {});
        Tls tls = trusting();
        tls.certificate = ours.certificate;
        tls.key = ours.key;
        start(tls_options(tls));
        EXPECT_TRUE(connects()) << log_text_;
        connector_.reset();
    }
}

TEST_F(TlsTest, IsRefusedWithoutACertificateWhereOneIsDemanded) {
    serve("IP:127.0.0.1", KeyKind::p256, authority_file_);
    EXPECT_NE(first_failure(tls_options(trusting())), "");
}

TEST_F(TlsTest, RefusesAServerOfAnotherAuthority) {
    const Authority other("other", KeyKind::p256, clock_.now());
    serve("IP:127.0.0.1");
    Tls tls = trusting();
    tls.ca = {directory_.write("other.pem", other.certificate_pem())};
    const std::string why = first_failure(tls_options(tls));
    EXPECT_NE(why.find("certificate verify failed"), std::string::npos) << why;
    EXPECT_EQ(server_->count("CONNECT"), 0U) << "the password went out";
    EXPECT_EQ(disconnected_[0].code, Errc::denied);
}

TEST_F(TlsTest, RefusesAServerWithAnotherName) {
    serve("DNS:elsewhere.example");
    const std::string why = first_failure(tls_options(trusting()));
    EXPECT_NE(why.find("mismatch"), std::string::npos) << why;
    EXPECT_EQ(server_->count("CONNECT"), 0U);
}

TEST_F(TlsTest, ChecksHostNames) {
    serve("DNS:localhost");
    Options options = tls_options(trusting());
    options.pool[0].host = "localhost";
    start(options);
    EXPECT_TRUE(connects()) << log_text_;
}

TEST_F(TlsTest, AcceptsTheCommonNameOfCertificatesWithoutOtherNames) {
    const auto files = issue("localhost", KeyKind::p256, {});
    server_.emplace(io_, ServerTls{files.certificate, files.key, ""});
    Options options = tls_options(trusting());
    options.pool[0].host = "localhost";
    start(options);
    EXPECT_TRUE(connects()) << log_text_;
}

TEST_F(TlsTest, FallsBackOnlyWhenToldToAndSaysSo) {
    serve("DNS:elsewhere.example");
    Tls tls{.ca = {directory_ / "missing.pem"}, .certificate = "", .key = "", .ciphers = ""};
    EXPECT_NE(first_failure(tls_options(tls)).find("missing.pem"), std::string::npos);
    connector_.reset();
    tls.fallback = true;
    start(tls_options(tls));
    ASSERT_TRUE(connects()) << log_text_;
    EXPECT_NE(log_text_.find("INSECURE"), std::string::npos);
}

TEST_F(TlsTest, NamesUnusableFiles) {
    const auto one = issue("one", KeyKind::p256, {});
    const auto two = issue("two", KeyKind::p256, {});
    const std::string text = directory_.write("text.pem", "not a certificate\n");
    const auto message = [&](const std::string& ca,
                             const std::string& certificate,
                             const std::string& key) {
        const auto context =
            make_tls_context({.ca = {ca}, .certificate = certificate, .key = key, .ciphers = ""});
        return context ? std::string() : context.error().message;
    };
    EXPECT_EQ(message(authority_file_, one.certificate, one.key), "");
    EXPECT_NE(message(text, "", "").find("text.pem"), std::string::npos);
    EXPECT_NE(message(authority_file_, text, one.key).find("text.pem"), std::string::npos);
    EXPECT_NE(message(authority_file_, one.certificate, "/missing.key").find("missing.key"),
              std::string::npos);
    EXPECT_NE(message(authority_file_, one.certificate, two.key), "") << "another's key";
    EXPECT_NE(message(authority_file_, one.certificate, "").find("together"), std::string::npos);
}

TEST_F(TlsTest, RefusesUnknownCiphers) {
    Tls tls = trusting();
    tls.ciphers = "HIGH";
    EXPECT_TRUE(make_tls_context(tls));
    tls.ciphers = "NO-SUCH-CIPHER";
    EXPECT_FALSE(make_tls_context(tls));
}

}  // namespace
}  // namespace mco::stomp
