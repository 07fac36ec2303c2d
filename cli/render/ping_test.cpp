#include "cli/render/ping.hpp"

#include "client/json.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

const std::vector<Pong> three = {{"web1", 21.0499}, {"web2", 91.18}, {"db1", 51.15}};

TEST(Ping, ListsTimesAndTheirSpread) {
    EXPECT_EQ(ping_line(three[0]), "web1                                     time=21.05 ms\n");
    EXPECT_EQ(ping_statistics(three, false),
              "\n\n---- ping statistics ----\n3 replies max: 91.18 min: 21.05 avg: 54.46 \n");
    EXPECT_EQ(ping_statistics(three, true),
              "\n\n---- ping statistics ----\n3 replies max: 91.18 min: 21.05 avg: 54.46 ▄▇\n");
    EXPECT_EQ(ping_statistics({}, true), "\n\n---- ping statistics ----\nNo responses received\n");
}

TEST(Ping, IsATable) {
    EXPECT_EQ(ping_table(three, {Palette{false}, 0}),
              "\nNode  Time (ms)\nweb1      21.05\nweb2      91.18\ndb1       51.15\n");
    EXPECT_EQ(ping_table({}, {}), "");
}

TEST(Ping, IsObjectsForPrograms) {
    EXPECT_EQ(client::json_line(ping_object({"web1", 21.04994})),
              R"({"sender":"web1","milliseconds":21.05})"
              "\n");
    EXPECT_EQ(
        client::json_line(ping_summary(three)),
        R"({"summary":{"replies":3,"milliseconds":{"min":21.05,"max":91.18,"average":54.46}}})"
        "\n");
    EXPECT_EQ(client::json_line(ping_summary({})), "{\"summary\":{\"replies\":0}}\n");
}

}  // namespace
}  // namespace mco::render
