#include "system/credentials/known_certificates.hpp"

#include "core/security/x509/testing_pki.hpp"
#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::credentials {
namespace {

using x509::Material;
using x509::X509Provider;
using x509::testing::Authority;
using x509::testing::Credential;
using x509::testing::test_now;

const char* const an_id = "4be0643f1d98573b97cdca98a65347dd";

std::unique_ptr<X509Provider> provider(const Material& material) {
    return X509Provider::make({}, material).value();
}

class KnownCertificatesTest : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA"};
    Credential alice_ = ca_.issue("alice.mcollective");
    Credential web1_ = ca_.issue("web1");
    std::string crl_ = ca_.revocation_list({});  // two of the same are signed differently
    system::TemporaryDirectory folder_;
    std::string path_ = folder_.path() + "/cache/known_certificates";
    std::string reply_ = signed_reply();

    Material material(const Credential& own) const {
        return {own.certificate_pem, own.private_key_pem, ca_.certificate_pem(), crl_};
    }

    std::string signed_reply() const {
        message::Claims claims;
        claims.id = an_id;
        claims.sender = "desk";
        claims.caller = "cert=alice.mcollective";
        claims.collective = "mcollective";
        claims.agent = "discovery";
        claims.time = test_now();
        claims.body = "ping";
        const auto node = provider(material(web1_));
        const auto request = node->prove_request(
            {provider(material(alice_))->seal_request(claims).value(), {}, {}}, test_now());
        return node
            ->seal_reply({an_id, "web1", "discovery", "mcollective", test_now(), "pong"}, *request)
            .value();
    }

    /// One run: why the file was not used, or how many chains had to be verified.
    std::string run(const Material& material) const {
        const auto client = provider(material);
        KnownCertificates known(path_, *client);
        const auto recalled = known.recall(test_now());
        const auto proven = client->prove_reply({reply_, {}, {}}, an_id, test_now());
        const auto saved = known.save();
        EXPECT_TRUE(saved) << saved.error().message;
        const auto verified = std::to_string(client->chain_verifications());
        return (recalled ? "used, " : recalled.error().message + ", ") + verified +
               (proven ? " verified" : " verified, refused");
    }

    std::string run() const { return run(material(alice_)); }

    void expect_refused(const std::string& why) const {
        const auto told = run();
        EXPECT_NE(told.find(why), std::string::npos) << told;
        EXPECT_TRUE(told.ends_with(", 1 verified")) << told;
        EXPECT_EQ(run(), "used, 0 verified") << "the file was written anew";
    }
};

TEST_F(KnownCertificatesTest, AreVerifiedOnce) {
    EXPECT_EQ(run(), "used, 1 verified");
    const auto before = system::stamp(path_);
    EXPECT_EQ(run(), "used, 0 verified");
    EXPECT_EQ(run(), "used, 0 verified");
    EXPECT_EQ(system::stamp(path_), before) << "nothing new, nothing written";
}

TEST_F(KnownCertificatesTest, AFileForOthersEyesIsRefused) {
    run();
    ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
    expect_refused("open to others");
}

TEST_F(KnownCertificatesTest, ALinkIsRefusedAndReplaced) {
    run();
    const auto elsewhere = folder_.path() + "/elsewhere";
    std::filesystem::rename(path_, elsewhere);
    std::filesystem::create_symlink(elsewhere, path_);
    expect_refused("symbolic link");
    EXPECT_FALSE(std::filesystem::is_symlink(path_));
}

TEST_F(KnownCertificatesTest, AFileOfSomebodyElseIsRefused) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give files away";
    run();
    ASSERT_EQ(::chown(path_.c_str(), 12'345, 12'345), 0);
    expect_refused("belongs to user 12345");
}

TEST_F(KnownCertificatesTest, ADamagedFileIsRefused) {
    run();
    const auto good = system::read_file(path_).value();
    auto flipped = good;
    flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 4);
    for (const auto& damaged :
         {good.substr(0, good.size() - 1), flipped, std::string(), good + "x"}) {
        ASSERT_TRUE(system::write_file_atomically(path_, damaged, 0600));
        expect_refused("was not written with this private key");
    }
}

TEST_F(KnownCertificatesTest, AreVerifiedAgainWithAnotherListAuthorityOrKey) {
    run();
    auto revoked = material(alice_);
    revoked.crl = ca_.revocation_list({web1_.certificate_pem});
    EXPECT_TRUE(run(revoked).ends_with(", 1 verified, refused"));
    auto other = material(alice_);
    other.ca += Authority("Another CA").certificate_pem();
    EXPECT_TRUE(run(other).ends_with("revocation list, 1 verified"));
    EXPECT_EQ(run(other), "used, 0 verified");
    EXPECT_TRUE(run(material(ca_.issue("bob.mcollective"))).ends_with("list, 1 verified"));
}

}  // namespace
}  // namespace mco::credentials
