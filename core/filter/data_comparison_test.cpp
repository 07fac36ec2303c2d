#include "core/filter/compound.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::filter {
namespace {

Map answer() {
    return {{"md5", "abcdef"},
            {"lines", "one\ntwo"},
            {"size", 12},
            {"big", std::int64_t{9007199254740993}},
            {"load", 0.5},
            {"enabled", false},
            {"active", true},
            {"list", Array{"x"}},
            {"nothing", Value()}};
}

DataTest test_of(const std::string& text) {
    return parse_compound(text).value().front().data;
}

// Protocol §8.2, the rules for functions.
TEST(DataTests, CompareByTheTypeOfTheAnswer) {
    const std::vector<std::pair<std::string, bool>> cases = {{"md5=abcdef", true},
                                                             {"md5!=abcdef", false},
                                                             {"md5!=abc", true},
                                                             {"md5=/^abc/", true},
                                                             {"md5!=/^abc/", false},
                                                             {"md5=/x/", false},
                                                             {"md5!=/x/", true},
                                                             {"lines=/^two$/", true},
                                                             {"md5>a", false},
                                                             {"md5<=z", false},
                                                             {"size=12", true},
                                                             {"size='0xc'", true},
                                                             {"size='014'", true},
                                                             {"size='1_2'", true},
                                                             {"size='0b1100'", true},
                                                             {"size=' 12 '", true},
                                                             {"size='+12'", true},
                                                             {"size>9", true},
                                                             {"size<=11", false},
                                                             {"size>=12", true},
                                                             {"size!=11", true},
                                                             {"size=1.2e1", true},
                                                             {"size=12.0", true},
                                                             {"size=08", false},
                                                             {"size=/1/", false},
                                                             {"size!=/9/", false},
                                                             {"big=9007199254740993", true},
                                                             {"big>9007199254740992", true},
                                                             {"big=9007199254740992", false},
                                                             {"load>=0.5", true},
                                                             {"load<.4", false},
                                                             {"load>-1", true},
                                                             {"load<1", true},
                                                             {"enabled=false", true},
                                                             {"enabled=' false '", true},
                                                             {"enabled!=true", true},
                                                             {"enabled>1", false},
                                                             {"enabled<=true", false},
                                                             {"enabled=/f/", false},
                                                             {"active=true", true},
                                                             {"list=x", false},
                                                             {"nothing=1", false},
                                                             {"nothing!=1", false},
                                                             {"nosuch!=1", false}};
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(satisfies(test_of("f('')." + text), answer()).value(), expected) << text;
    EXPECT_FALSE(satisfies({"f", "", "", "==", "x", 0}, answer()).value());
    EXPECT_TRUE(satisfies({"f", "", "md5", "=~", "ABC", 1}, answer()).value()) << "its own flags";
}

TEST(DataTests, FailWhereNothingCanBeCompared) {
    for (const char* text : {"size=many",
                             "size=''",
                             "size='0x'",
                             "size='0x_c'",
                             "size='_1'",
                             "size='1_'",
                             "size='1__2'",
                             "size='5.'",
                             "size=nan",
                             "size=1e999",
                             "load='1 2'",
                             "enabled=0",
                             "enabled=False",
                             "md5=/(/"}) {
        const auto parsed = parse_compound("f('')." + std::string(text));
        if (!parsed)
            continue;  // `size=''` is refused earlier
        EXPECT_FALSE(satisfies(parsed->front().data, answer())) << text;
    }
    EXPECT_FALSE(satisfies({"f", "", "size", "==", "", 0}, answer()));
}

TEST(DataTests, KnowTheNamesOfPlugins) {
    EXPECT_EQ(data_plugin_name("fstat"), "fstat");
    EXPECT_EQ(data_plugin_name("Fstat_Data"), "fstat");
    EXPECT_EQ(data_plugin_name("_data"), "_data");
}

}  // namespace
}  // namespace mco::filter
