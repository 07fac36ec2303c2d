#include "core/ral/secrets.hpp"

#include "core/ral/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mco::ral {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(RalSecrets, AreKnownByTheirNames) {
    for (const char* property : {"password", "password_hash", "passwd", "db_password", "salt"})
        EXPECT_TRUE(is_secret("user", property)) << property;
    for (const char* property :
         {"password_min_age", "password_max_age", "password_warn_days", "comment", ""})
        EXPECT_FALSE(is_secret("user", property)) << property;
    EXPECT_TRUE(is_secret("mysql_user", "password_hash"));
    EXPECT_FALSE(is_secret("recipe", "salt"));
}

TEST(RalSecrets, AreComparableAndNotReadable) {
    const auto resource = examples::gopher();
    const auto shown = hidden(resource, "password", "$6$secret");
    EXPECT_THAT(shown, MatchesRegex("\\[hidden [0-9a-f]{6}\\]"));
    EXPECT_EQ(shown, hidden(resource, "password", "$6$secret"));
    EXPECT_NE(shown, hidden(resource, "password", "$6$secreu"));
    EXPECT_NE(shown, hidden(resource, "passwd", "$6$secret"));
    EXPECT_NE(shown, hidden(examples::resource("user", "deploy"), "password", "$6$secret"));
    EXPECT_NE(shown, hidden(examples::resource("account", "gopher"), "password", "$6$secret"));
    // the parts do not run into one another
    EXPECT_NE(hidden(examples::resource("user", "ab"), "password", "c"),
              hidden(examples::resource("user", "a"), "password", "bc"));
}

TEST(RalSecrets, StayHidden) {
    for (const char* text : {"[hidden 3fa2c1]", "[redacted]", "Sensitive [value redacted]"})
        EXPECT_TRUE(is_hidden(text)) << text;
    EXPECT_TRUE(is_hidden(Array{"a", "[redacted]"}));
    EXPECT_TRUE(is_hidden(Map{{"a", Map{{"b", "[hidden 000000]"}}}}));
    for (const char* text :
         {"[hidden 3fa2c]", "[hidden 3fa2c11]", "[hidden 3FA2C1]", "[hidden 3fa2c1] ", "", "*"})
        EXPECT_FALSE(is_hidden(text)) << text;
    EXPECT_FALSE(is_hidden(Value()));
    EXPECT_FALSE(is_hidden(5));
}

TEST(RalSecrets, AreTakenOutOfAResourceOnce) {
    const auto safe = without_secrets(examples::gopher());
    EXPECT_TRUE(is_hidden(*safe.parameters.find("password")));
    EXPECT_EQ(without_secrets(safe), safe);
    auto expected = examples::gopher();
    *expected.parameters.find("password") = *safe.parameters.find("password");
    EXPECT_EQ(safe, expected);
    const auto redacted = examples::resource("user", "x", {{"password", "[redacted]"}});
    EXPECT_EQ(without_secrets(redacted), redacted);
    const auto none = examples::resource("user", "x", {{"password", nullptr}});
    EXPECT_EQ(without_secrets(none), none);
}

}  // namespace
}  // namespace mco::ral
