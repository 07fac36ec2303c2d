#include "core/ral/resource.hpp"

#include "core/ral/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::ral {
namespace {

using testing::HasSubstr;

TEST(RalResource, KnowsWhatCanBeATypesName) {
    for (const char* name : {"user", "User", "apache::vhost", "A1_b::_c::2d", "x"})
        EXPECT_TRUE(is_type_name(name)) << name;
    for (const std::string name : {"",
                                   "1user",
                                   "_user",
                                   "../../../../../../tmp/evil",
                                   "user/root",
                                   "user\n",
                                   "::user",
                                   "user::",
                                   "user:group",
                                   "user:::group",
                                   "user::::group",
                                   "us er",
                                   "us\xc3\xa9r",
                                   "user."})
        EXPECT_FALSE(is_type_name(name)) << name;
    EXPECT_FALSE(is_type_name(std::string_view("us\0er", 5)));
}

TEST(RalResource, NamesItselfAsPuppetDoes) {
    const std::pair<const char*, const char*> cases[] = {
        {"user", "User[a b]"}, {"apache::vhost", "Apache::Vhost[a b]"}, {"a::2b", "A::2b[a b]"}};
    for (const auto& [type, expected] : cases)
        EXPECT_EQ(examples::resource(type, "a b").reference(), expected);
}

TEST(RalResource, ReadsWhatItWrites) {
    auto resource = examples::gopher();
    resource.tags = {"user", "gopher"};
    resource.exported = true;
    const auto read = read_resource(to_value(resource));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, resource);
    EXPECT_EQ(*to_value(resource).find("type")->string(), "User");
}

TEST(RalResource, ReadsWhatRubyNodesSend) {
    const Value sent = Map{
        {Symbol{"type"}, "Apache::Vhost"},
        {Symbol{"title"}, "shop"},
        {Symbol{"parameters"},
         Map{{Symbol{"ensure"}, Symbol{"present"}}, {"ports", Array{Symbol{"http"}, 8080, {}}}}}};
    const auto read = read_resource(sent);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->type, "apache::vhost");
    EXPECT_EQ(read->parameters,
              (Map{{"ensure", "present"}, {"ports", Array{"http", 8080, nullptr}}}));
    EXPECT_TRUE(read->tags.empty());
    EXPECT_FALSE(read->exported);
}

TEST(RalResource, SaysWhatIsMissing) {
    const Map parameters{{"ensure", "present"}};
    const std::pair<Value, const char*> cases[] = {
        {"text", "no map"},
        {Map{{"title", "x"}, {"parameters", parameters}}, "no type"},
        {Map{{"type", "../evil"}, {"title", "x"}, {"parameters", parameters}}, "type whose name"},
        {Map{{"type", "user"}, {"parameters", parameters}}, "no title"},
        {Map{{"type", "user"}, {"title", ""}, {"parameters", parameters}}, "no title"},
        {Map{{"type", "user"}, {"title", 5}, {"parameters", parameters}}, "no title"},
        {Map{{"type", "user"}, {"title", "x"}}, "no parameters"},
        {Map{{"type", "user"}, {"title", "x"}, {"parameters", Array{}}}, "no parameters"},
        {Map{{"type", "user"}, {"title", "x"}, {"parameters", Map{{1, 2}}}}, "name is no text"},
        {Map{{"type", "user"}, {"title", "x"}, {"parameters", parameters}, {"tags", "user"}},
         "no list"}};
    for (const auto& [value, expected] : cases) {
        const auto read = read_resource(value);
        ASSERT_FALSE(read.has_value()) << expected;
        EXPECT_EQ(read.error().code, Errc::malformed);
        EXPECT_THAT(read.error().message, HasSubstr(expected));
    }
}

TEST(RalResource, KnowsWhereBytesWereLost) {
    EXPECT_TRUE(is_scrubbed("Andr\xef\xbf\xbd"));
    EXPECT_TRUE(is_scrubbed(Array{"a", Map{{"b", Array{"\xef\xbf\xbd"}}}}));
    EXPECT_TRUE(is_scrubbed(Map{{"\xef\xbf\xbd", 1}}));
    for (const Value& value : {Value("Andr\xc3\xa9"), Value(), Value(5), Value(Array{"x"})})
        EXPECT_FALSE(is_scrubbed(value));
}

}  // namespace
}  // namespace mco::ral
