#include "system/credentials/caller_keys.hpp"

#include "core/security/legacy/testing_keys.hpp"
#include "core/security/x509/testing_pki.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::credentials {
namespace {

using security::testing::john_private;
using security::testing::john_public;

class DirectoryKeysTest : public ::testing::Test {
  protected:
    bool is_johns(const Expected<security::PublicKey>& found) const {
        return found &&
               security::is_pair(found->key, *security::private_key_from_pem(john_private));
    }

    x509::testing::Credential mary_ =
        x509::testing::self_signed({"mary", x509::testing::KeyKind::rsa1024});
    system::TemporaryDirectory directory_;
    DirectoryKeys keys_{directory_.path()};
};

TEST_F(DirectoryKeysTest, FindsKeysByName) {
    directory_.write("john.pem", john_public);
    EXPECT_TRUE(is_johns(keys_.find("john")));
    EXPECT_TRUE(is_johns(keys_.find("john")));
    const auto unknown = keys_.find("mary");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    EXPECT_NE(unknown.error().message.find(directory_ / "mary.pem"), std::string::npos);
}

TEST_F(DirectoryKeysTest, AChangedKeyCountsAtOnce) {
    directory_.write("john.pem", mary_.certificate_pem);
    EXPECT_FALSE(is_johns(keys_.find("john")));
    directory_.write("john.pem", john_public);
    EXPECT_TRUE(is_johns(keys_.find("john")));
    ::unlink((directory_ / "john.pem").c_str());
    EXPECT_EQ(keys_.find("john").error().code, Errc::not_found);
}

TEST_F(DirectoryKeysTest, AnUnusableFileIsNotAnAbsentOne) {
    directory_.write("john.pem", "junk");
    ::mkdir((directory_ / "mary.pem").c_str(), 0700);
    for (const char* name : {"john", "mary"}) {
        const auto found = keys_.find(name);
        ASSERT_FALSE(found);
        EXPECT_NE(found.error().code, Errc::not_found) << name;
        EXPECT_NE(found.error().message.find(name), std::string::npos);
    }
}

TEST_F(DirectoryKeysTest, KeepsWhatItLearns) {
    ASSERT_TRUE(keys_.learn("john", john_public));
    EXPECT_TRUE(is_johns(keys_.find("john")));
    EXPECT_EQ(*system::read_file(directory_ / "john.pem"), john_public);

    struct stat status {};

    ASSERT_EQ(::stat((directory_ / "john.pem").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0644u);
    EXPECT_FALSE(system::stamp(directory_ / ".john.pem.new"));
    EXPECT_EQ(keys_.take_learnt(), std::vector<std::string>{directory_ / "john.pem"});
    EXPECT_TRUE(keys_.take_learnt().empty());
}

TEST_F(DirectoryKeysTest, NeverReplacesAFile) {
    directory_.write("john.pem", john_public);
    ASSERT_EQ(::symlink("/nonexistent", (directory_ / "mary.pem").c_str()), 0);
    for (const char* name : {"john", "mary"}) {
        const auto learnt = keys_.learn(name, mary_.certificate_pem);
        ASSERT_FALSE(learnt);
        EXPECT_EQ(learnt.error().code, Errc::denied);
    }
    EXPECT_EQ(*system::read_file(directory_ / "john.pem"), john_public);
    EXPECT_TRUE(keys_.take_learnt().empty());
}

TEST_F(DirectoryKeysTest, LearnsOnlySoMany) {
    DirectoryKeys two(directory_.path(), 1, 2);
    EXPECT_TRUE(two.learn("a", john_public));
    EXPECT_TRUE(two.learn("b", john_public));
    EXPECT_EQ(two.learn("c", john_public).error().code, Errc::limit);
    EXPECT_TRUE(is_johns(two.find("a")));
    EXPECT_TRUE(is_johns(two.find("b")));
    EXPECT_FALSE(system::stamp(directory_ / "c.pem"));
}

TEST_F(DirectoryKeysTest, SaysWhereItCannotWrite) {
    DirectoryKeys nowhere("/nonexistent/keys");
    const auto learnt = nowhere.learn("john", john_public);
    ASSERT_FALSE(learnt);
    EXPECT_EQ(learnt.error().code, Errc::io);
    EXPECT_NE(learnt.error().message.find("/nonexistent/keys"), std::string::npos);
}

}  // namespace
}  // namespace mco::credentials
