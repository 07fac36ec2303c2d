#include "core/security/legacy/session_keys.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mco::security {
namespace {

TEST(SessionKeys, BelongToOneMessage) {
    SessionKeys keys;
    EXPECT_TRUE(keys.belongs_to("key", "message"));
    EXPECT_TRUE(keys.belongs_to("key", "message"));
    EXPECT_FALSE(keys.belongs_to("key", "other"));
    EXPECT_TRUE(keys.belongs_to("another key", "other"));
    EXPECT_EQ(keys.size(), 2u);
}

TEST(SessionKeys, TheOldestIsForgottenFirst) {
    SessionKeys keys(3);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(keys.belongs_to(std::to_string(i), "message"));
    EXPECT_EQ(keys.size(), 3u);
    EXPECT_FALSE(keys.belongs_to("4", "other"));
    EXPECT_FALSE(keys.belongs_to("2", "other"));
    EXPECT_TRUE(keys.belongs_to("0", "other"));
}

}  // namespace
}  // namespace mco::security
