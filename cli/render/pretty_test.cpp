#include "cli/render/pretty.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

TEST(Pretty, KeepsOnOneLineWhatFits) {
    EXPECT_EQ(pretty(Map{{"os", "RedHat"}, {"cpus", "16"}}, 79),
              R"({"os"=>"RedHat", "cpus"=>"16"})");
}

TEST(Pretty, BreaksAWholeGroupAtOnce) {
    EXPECT_EQ(pretty(Array{"discovery", "rpcutil", "puppet"}, 20),
              "[\"discovery\",\n \"rpcutil\",\n \"puppet\"]");
}

TEST(Pretty, BreaksOuterGroupsFirst) {
    const Value value = Map{{Symbol{"a"}, Array{1, 2, 3}}, {Symbol{"b"}, Array{4, 5, 6}}};
    EXPECT_EQ(pretty(value, 20), "{:a=>[1, 2, 3],\n :b=>[4, 5, 6]}");
    EXPECT_EQ(pretty(value, 10), "{:a=>\n  [1,\n   2,\n   3],\n :b=>\n  [4,\n   5,\n   6]}");
}

TEST(Pretty, MovesAValueThatDoesNotFitBelowItsKey) {
    EXPECT_EQ(pretty(Map{{Symbol{"description"}, "General helpful actions"}}, 30),
              "{:description=>\n  \"General helpful actions\"}");
}

TEST(Pretty, ShowsTextOfSeveralLinesAsASum) {
    EXPECT_EQ(pretty(Array{"a\nb\n"}, 79), R"(["a\n" + "b\n"])");
    EXPECT_EQ(pretty(Array{"a\nb"}, 8), "[\"a\\n\" +\n \"b\"]");
}

TEST(Pretty, CountsCharactersNotBytes) {
    EXPECT_EQ(pretty(Array{"ééé", "ééé"}, 14), "[\"ééé\", \"ééé\"]");
}

}  // namespace
}  // namespace mco::render
