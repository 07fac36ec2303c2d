#include "agents/puppet/resource_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace mco::puppet {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

Json resource(const ResourceName& name, const Map& inputs, bool may_name = false) {
    const auto catalog = catalog_of(name, inputs, may_name);
    EXPECT_TRUE(catalog) << catalog.error().message;
    return catalog ? Json::parse(*catalog)["resources"][0] : Json();
}

std::string refusal(const Map& inputs, const ResourceName& name = {"user", "bob"}) {
    const auto catalog = catalog_of(name, inputs, false);
    return catalog ? "" : catalog.error().message;
}

TEST(ResourceCatalog, HasOneResourceWithTheInputsAsParameters) {
    const Json made = resource({"user", "bob"},
                               {{"type", "User"},
                                {"ensure", "present"},
                                {"name", "bob"},
                                {"uid", 1000},
                                {"managehome", true},
                                {"groups", Array{"adm", "audio"}},
                                {"process_results", true}});
    EXPECT_EQ(made["type"], "user");
    EXPECT_EQ(made["title"], "bob");
    EXPECT_EQ(made["parameters"].dump(),
              R"({"ensure":"present","uid":1000,"managehome":true,)"
              R"("groups":["adm","audio"],"name":"bob"})")
        << "the name is last, so that it wins";
}

TEST(ResourceCatalog, TakesAnythingInTextForText) {
    const std::string text = "'\"\\ $x #{y} <%= z %>\n\t\x01 \xe2\x82\xac";
    EXPECT_EQ(resource({"file", "/f"}, {{"content", text}})["parameters"]["content"], text);
    EXPECT_EQ(resource({"file", "/\"f\\"}, {})["title"], "/\"f\\");
}

TEST(ResourceCatalog, PassesNothingOnThatPuppetCouldTakeForMore) {
    EXPECT_THAT(refusal({{"content", Map{{"__ptype", "Deferred"}, {"name", "file"}}}}),
                HasSubstr("content should be text"));
    EXPECT_THAT(refusal({{"x", Array{Map{{"__ptype", "Deferred"}}}}}), HasSubstr("x should be"));
    EXPECT_THAT(refusal({{"x", Array{Array{}}}}), HasSubstr("x should be"));
    EXPECT_THAT(refusal({{"x", nullptr}}), HasSubstr("x should be"));
    EXPECT_THAT(refusal({{"x", "\xff"}}), HasSubstr("x should be"));
    EXPECT_THAT(refusal({{"x", std::numeric_limits<double>::infinity()}}), HasSubstr("x should"));
    for (const char* key :
         {"__ptype", "", "Ensure", "a-b", "a b", "1a", "a\n", "\xc3\xa9", "catalog:"})
        EXPECT_THAT(refusal({{key, "x"}}), HasSubstr("whose name no Puppet parameter has")) << key;
    EXPECT_THAT(refusal({{7, "x"}}), HasSubstr("whose name no Puppet parameter has"));
}

TEST(ResourceCatalog, LetsNoParameterRenameTheResource) {
    EXPECT_THAT(refusal({{"title", "root"}}), HasSubstr("title cannot be given"));
    EXPECT_THAT(refusal({{"path", "/etc/shadow"}}, {"file", "/f"}), HasSubstr("path cannot"));
    EXPECT_EQ(refusal({{"path", "/bin"}}, {"exec", "true"}), "");
    EXPECT_THAT(refusal({{"command", "/bin/x"}}, {"exec", "label"}), HasSubstr("command cannot"));
    const Json made = resource({"exec", "label"}, {{"command", "/bin/x"}}, true);
    EXPECT_EQ(made["parameters"].dump(), R"({"command":"/bin/x"})");
    EXPECT_FALSE(catalog_of({"file", "/f"}, {{"path", "/g"}}, true));
}

TEST(ResourceCatalog, NamesTypesAsPuppetDoes) {
    EXPECT_EQ(refusal({}, {"concat::fragment_2", "x"}), "");
    for (const char* type : {"", "a::", "::a", "a:b", "../x", "a b", "a\n", "a[b]", "1a"})
        EXPECT_THAT(refusal({}, {type, "x"}), HasSubstr("type")) << type;
    for (const char* title : {"a\nb", "\xff", "\x1b[0m"})
        EXPECT_THAT(refusal({}, {"user", title}), HasSubstr("one line")) << title;
}

TEST(ResourceCatalog, IsBounded) {
    EXPECT_THAT(refusal({{std::string(65, 'a'), "x"}}), HasSubstr("no Puppet parameter"));
    EXPECT_THAT(refusal({{"content", std::string(2u << 20, 'x')}}), HasSubstr("too large"));
    Map many;
    for (int i = 0; i < 65; ++i)
        many.set("p" + std::to_string(i), "x");
    EXPECT_THAT(refusal(many), HasSubstr("too many"));
}

}  // namespace
}  // namespace mco::puppet
