#include "core/message/request_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mco::message {
namespace {

TEST(RequestId, NamesTheDnsNamespace) {
    EXPECT_EQ(uuid_v5("test"), "4be0643f-1d98-573b-97cd-ca98a65347dd");
    EXPECT_EQ(uuid_v5("www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST(RequestId, FollowsFromTheRandomness) {
    EXPECT_EQ(request_id("test"), "4be0643f1d98573b97cdca98a65347dd");
}

TEST(RequestId, IsNewEveryTimeAndLooksLikeTheOriginals) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto id = fresh_request_id();
        ASSERT_TRUE(id.has_value());
        EXPECT_EQ(id->size(), 32u);
        EXPECT_EQ(id->find_first_not_of("0123456789abcdef"), id->npos) << *id;
        EXPECT_EQ((*id)[12], '5');
        EXPECT_NE(std::string("89ab").find((*id)[16]), std::string::npos);
        EXPECT_TRUE(seen.insert(*id).second);
    }
}

}  // namespace
}  // namespace mco::message
