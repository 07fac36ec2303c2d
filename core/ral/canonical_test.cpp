#include "core/ral/canonical.hpp"

#include "core/ral/secrets.hpp"
#include "core/ral/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::ral {
namespace {

using testing::HasSubstr;
using testing::Not;

const GroupNames groups = {{30, "gopher"}, {100, "users"}};

void check_line(const Resource& resource, const std::string& expected, bool ids = false) {
    EXPECT_EQ(canonical_line(resource, {&groups, ids}), expected);
}

TEST(RalCanonical, ComparesUsersWithoutNumbersAndSecrets) {
    const auto user = examples::gopher();
    const std::string secret = hidden(user, "password", "*");
    check_line(user,
               R"(["gopher",{"ensure":"present","group":"gopher","groups":["adm","wheel"],)"
               R"("home":"/var/gopher","password":")" +
                   secret + R"(","password_max_age":"99999"}])");
    check_line(
        user,
        R"(["gopher",{"ensure":"present","gid":"30","group":"gopher","groups":["adm","wheel"],)"
        R"("home":"/var/gopher","password":")" +
            secret + R"(","password_max_age":"99999","uid":"13"}])",
        true);
}

TEST(RalCanonical, TellsThePrimaryGroupByNameWhereItIsKnown) {
    const std::pair<Value, const char*> cases[] = {{30, "gopher"},
                                                   {"30", "gopher"},
                                                   {31, "31"},
                                                   {"31", "31"},
                                                   {"staff", "staff"},
                                                   {"30x", "30x"},
                                                   {"", ""}};
    for (const auto& [gid, expected] : cases)
        check_line(examples::resource("user", "x", {{"gid", gid}}),
                   std::string(R"(["x",{"group":")") + expected + "\"}]");
    check_line(examples::resource("user", "x", {{"gid", nullptr}}), R"(["x",{}])");
    EXPECT_EQ(canonical_line(examples::resource("user", "x", {{"gid", 30}}), {}),
              R"(["x",{"group":"30"}])");
}

TEST(RalCanonical, LeavesOutWhatDiffersByNature) {
    const auto leaves_out = [](const char* type, const char* property, bool ids = false) {
        const auto resource = examples::resource(type, "x", {{property, "value"}, {"zz", "1"}});
        return canonical_line(resource, {&groups, ids}) == R"(["x",{"zz":"1"}])";
    };
    EXPECT_TRUE(leaves_out("group", "gid"));
    EXPECT_FALSE(leaves_out("group", "gid", true));
    EXPECT_TRUE(leaves_out("user", "uid"));
    EXPECT_FALSE(leaves_out("user", "uid", true));
    EXPECT_FALSE(leaves_out("file", "gid"));
    EXPECT_TRUE(leaves_out("host", "target"));
    EXPECT_FALSE(leaves_out("mailalias", "target"));
    for (const char* property : {"ctime", "mtime", "type"})
        EXPECT_TRUE(leaves_out("file", property)) << property;
    EXPECT_FALSE(leaves_out("sshkey", "type"));
    for (const char* property : {"tags", "exported"})
        EXPECT_TRUE(leaves_out("package", property)) << property;
    EXPECT_FALSE(leaves_out("package", "provider"));
    EXPECT_TRUE(leaves_out("service", "provider"));
}

TEST(RalCanonical, SortsSetsAndNoOtherLists) {
    const auto list_of = [](const char* type, const char* property) {
        const Array list{"b", "a", 10, 9};
        return *canonical_parameters(examples::resource(type, "x", {{property, list}}), {})
                    .find(property);
    };
    const Value sorted = Array{"10", "9", "a", "b"};
    const Value as_it_was = Array{"b", "a", "10", "9"};
    for (const char* property : {"groups", "roles", "auths", "profiles"})
        EXPECT_EQ(list_of("user", property), sorted) << property;
    EXPECT_EQ(list_of("group", "members"), sorted);
    EXPECT_EQ(list_of("host", "host_aliases"), sorted);
    EXPECT_EQ(list_of("user", "purge_ssh_keys"), as_it_was);
    EXPECT_EQ(list_of("file", "groups"), as_it_was);
}

TEST(RalCanonical, WritesScalarsAsTextAndSortsNames) {
    check_line(examples::resource("thing",
                                  "x",
                                  {{"z", true},
                                   {"b", false},
                                   {"a", nullptr},
                                   {"n", 1.5},
                                   {"m", Map{{"k", 1}, {"c", Array{true, 2}}, {3, "x"}}},
                                   {Symbol{"s"}, Symbol{"running"}}}),
               R"(["x",{"a":null,"b":false,"m":{"3":"x","c":[true,"2"],"k":"1"},)"
               R"("n":"1.5","s":"running","z":true}])");
}

TEST(RalCanonical, IsOneLineWhateverTheTextsAre) {
    const auto line = canonical_line(
        examples::resource("file", "/a\nb\"\\\xff", {{"content", "1\n2\x1b[31m\xe2\x80\xa8"}}), {});
    EXPECT_EQ(line,
              "[\"/a\\nb\\\"\\\\\xef\xbf\xbd\",{\"content\":\"1\\n2\\u001b[31m\xe2\x80\xa8\"}]");
}

}  // namespace
}  // namespace mco::ral
