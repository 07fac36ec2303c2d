#include "core/security/caller_id.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mco::security {
namespace {

using namespace std::string_view_literals;

TEST(CallerId, AcceptsKindAndName) {
    for (const auto id : {"uid=0"sv,
                          "uid=500"sv,
                          "user=o.k-1"sv,
                          "cert=alice.mcollective"sv,
                          "identity=web1.example.com"sv,
                          "_=_"sv,
                          "a=..."sv,
                          "a=-"sv,
                          "1=2"sv})
        EXPECT_TRUE(valid_caller_id(id)) << id;
}

TEST(CallerId, RefusesEverythingElse) {
    for (const auto id : {""sv,
                          "="sv,
                          "uid="sv,
                          "=500"sv,
                          "uid"sv,
                          "uid=a b"sv,
                          "uid=a/b"sv,
                          "uid=a\\b"sv,
                          "u-id=1"sv,
                          "uid=1\n"sv,
                          "\nuid=1"sv,
                          "cert=john\ncert=admin"sv,
                          "uid=1=2"sv,
                          "uid=\xc3\xbc"sv,
                          "uid=1\0"sv,
                          "cert=."sv,
                          "cert=.."sv,
                          " uid=1"sv})
        EXPECT_FALSE(valid_caller_id(id)) << testing::PrintToString(id);
    EXPECT_TRUE(valid_caller_id("uid=" + std::string(251, 'a')));
    EXPECT_FALSE(valid_caller_id("uid=" + std::string(252, 'a')));
}

}  // namespace
}  // namespace mco::security
