#include "broker/users.hpp"

#include "broker/password.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include <sys/stat.h>

namespace mco::broker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Users parsed(std::string_view text) {
    return Users::parse(text, "users").value();
}

TEST(Users, ReadsLinesOfEveryKind) {
    const Users users = parsed(
        "# comment\n"
        "\n"
        "nodes   node    plain:n0de   collectives=eu,us\n"
        "\talice client  plain:secret identity=alice.%u.*\r\n"
        "cert=*.mcollective client identity=%u\n"
        "cert=web1 any\n"
        "collector none plain:x\n"
        "allow collector subscribe /topic/*.registration.agent\n"
        "allow collector publish /queue/x.>");
    const AccountPtr nodes = users.by_name("nodes");
    ASSERT_TRUE(nodes);
    EXPECT_EQ(nodes->rights.role, Role::node);
    EXPECT_THAT(nodes->rights.collectives, ElementsAre("eu", "us"));
    EXPECT_EQ(users.by_name("alice")->rights.identity, "alice.alice.*");
    EXPECT_EQ(users.by_name("collector")->rights.permissions.size(), 2u);
    EXPECT_FALSE(users.by_name("bob"));
    EXPECT_FALSE(users.by_name("cert=web1")) << "only a certificate proves that";

    const AccountPtr certified = users.by_certificate("bob.mcollective");
    ASSERT_TRUE(certified);
    EXPECT_EQ(certified->name, "cert=bob.mcollective");
    EXPECT_EQ(certified->rights.identity, "bob.mcollective");
    EXPECT_EQ(users.by_certificate("web1")->rights.role, Role::any);
    EXPECT_FALSE(users.by_certificate("web2"));
    EXPECT_FALSE(users.by_certificate(""));
    EXPECT_FALSE(users.by_certificate("*.mcollective"));
}

TEST(Users, NamesTheLineOfAMistake) {
    struct Case {
        std::string_view text, error;
    };

    for (const Case& c : {Case{"a node", "users:1: expected NAME ROLE PASSWORD"},
                          Case{"\n\na boss plain:x", "users:3: unknown role boss"},
                          Case{"a node hunter2", "users:1: the password of a"},
                          Case{"a node plain:", "users:1: the password of a"},
                          Case{"a node plain:x colour=red", "users:1: unknown option colour=red"},
                          Case{"a node plain:x identity=", "users:1: unknown option identity="},
                          Case{"a node plain:x collectives=", "users:1: collectives= names none"},
                          Case{"a node plain:x collectives=,b", "users:1: collectives= has"},
                          Case{"a node plain:x\na any plain:y", "users:2: a is defined twice"},
                          Case{"cert=x", "users:1: expected cert=PATTERN ROLE"},
                          Case{"allow a publish /queue/x", "users:1: no line above defines a"},
                          Case{"a none plain:x\nallow a read /queue/x", "users:2: expected allow"},
                          Case{"a none plain:x\nallow a publish", "users:2: expected allow"}}) {
        const auto users = Users::parse(c.text, "users");
        ASSERT_FALSE(users.has_value()) << c.text;
        EXPECT_THAT(users.error().message, HasSubstr(c.error)) << c.text;
        EXPECT_THAT(users.error().message, Not(HasSubstr("hunter2")));
    }
}

TEST(Users, TellsWhoIsStillValidAfterAChange) {
    const Users before = parsed("a node plain:x\nb node plain:x\nc node plain:x\ncert=* client\n");
    const Users after = parsed("a any plain:x\nb node plain:changed\ncert=web* client\n");
    EXPECT_EQ(after.still_valid(*before.by_name("a"))->rights.role, Role::any);
    EXPECT_FALSE(after.still_valid(*before.by_name("b")));
    EXPECT_FALSE(after.still_valid(*before.by_name("c")));
    EXPECT_TRUE(after.still_valid(*before.by_certificate("web1")));
    EXPECT_FALSE(after.still_valid(*before.by_certificate("db1")));
}

TEST(Users, OnlyTheOwnerMayUseTheFile) {
    const system::TemporaryDirectory directory;
    const std::string path = directory.path() + "/users";
    std::ofstream(path) << "a node plain:x\n";
    for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        const auto users = load_users(path);
        ASSERT_FALSE(users.has_value()) << mode;
        EXPECT_EQ(users.error().code, Errc::denied);
        EXPECT_THAT(users.error().message, HasSubstr(path));
    }
    for (const mode_t mode : {0600U, 0400U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        EXPECT_TRUE(load_users(path).has_value()) << mode;
    }
    EXPECT_EQ(load_users(path + "x").error().code, Errc::not_found);
}

TEST(Passwords, HashedAndPlain) {
    const std::string hashed = hash_password("s3cret").value();
    EXPECT_TRUE(is_stored_password(hashed));
    EXPECT_NE(hashed, hash_password("s3cret").value()) << "the salt is new each time";
    EXPECT_TRUE(password_matches(hashed, "s3cret"));
    EXPECT_FALSE(password_matches(hashed, "S3cret"));
    EXPECT_TRUE(password_matches("plain:s3cret", "s3cret"));
    for (const std::string_view given : {"", "s3cre", "s3crett", "x", "plain:s3cret"})
        EXPECT_FALSE(password_matches("plain:s3cret", given)) << given;
}

TEST(Passwords, KnownAnswer) {
    // RFC 7914, section 11: PBKDF2-HMAC-SHA-256, "passwd", "salt", 1 iteration, first 32 bytes.
    EXPECT_TRUE(
        password_matches("pbkdf2-sha256:1:73616c74:"
                         "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
                         "passwd"));
}

TEST(Passwords, NotEverythingIsAStoredPassword) {
    const std::string hash(64, 'a');
    for (const std::string& stored : {std::string(),
                                      std::string("s3cret"),
                                      std::string("plain:"),
                                      "pbkdf2-sha256:0:aa:" + hash,
                                      "pbkdf2-sha256:-1:aa:" + hash,
                                      "pbkdf2-sha256:99999999:aa:" + hash,
                                      "pbkdf2-sha256:1000::" + hash,
                                      "pbkdf2-sha256:1000:a:" + hash,
                                      "pbkdf2-sha256:1000:zz:" + hash,
                                      "pbkdf2-sha256:1000:aa:" + hash + "a",
                                      std::string("pbkdf2-sha256:1000:aa:"),
                                      std::string("pbkdf2-sha256:1000"),
                                      "pbkdf2-sha256:1000x:aa:" + hash}) {
        EXPECT_FALSE(is_stored_password(stored)) << stored;
        EXPECT_FALSE(password_matches(stored, "")) << stored;
    }
}

TEST(Passwords, RemembersWhatWasRight) {
    PasswordMemory memory;
    const std::string stored = "pbkdf2-sha256:1:73616c74:" + std::string(64, 'a');
    EXPECT_EQ(memory.knows("a", "plain:x", "x"), true);
    EXPECT_EQ(memory.knows("a", "plain:x", "y"), false);
    EXPECT_EQ(memory.knows("a", stored, "x"), std::nullopt);
    memory.remember("a", stored, "x");
    EXPECT_EQ(memory.knows("a", stored, "x"), true);
    EXPECT_EQ(memory.knows("a", stored, "y"), std::nullopt);
    EXPECT_EQ(memory.knows("b", stored, "x"), std::nullopt);
    const std::string changed = "pbkdf2-sha256:1:73616c74:" + std::string(64, 'b');
    EXPECT_EQ(memory.knows("a", changed, "x"), std::nullopt) << "the file has another hash now";
}

}  // namespace
}  // namespace mco::broker
