#include "cli/render/node_lines.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

std::vector<client::Result> three() {
    return {{"web1.lab.test", 0, "OK", {}},
            {"db1.lab.test", 1, "it is locked\nby apt (4711)\n", {}},
            {"ü.lab.test", 0, "", {}}};
}

std::optional<std::string> message(const client::Result& result) {
    return result.message;
}

TEST(NodeLines, StandFlushRightBelowEachOther) {
    EXPECT_EQ(node_lines(three(), message),
              "   web1.lab.test: OK\n"
              "    db1.lab.test: it is locked\n"
              "                  by apt (4711)\n"
              "      ü.lab.test: \n"
              "\n");
}

/// The original takes everybody's names into account, also those that it then says nothing of.
TEST(NodeLines, AreAsWideAsAllNodesNeed) {
    const auto failed = [](const client::Result& result) {
        return result.status == 0 ? std::nullopt : message(result);
    };
    EXPECT_EQ(node_lines(three(), failed),
              "    db1.lab.test: it is locked\n"
              "                  by apt (4711)\n"
              "\n");
    EXPECT_EQ(node_lines(three(), [](const auto&) { return std::nullopt; }), "\n");
}

TEST(NodeLines, AreNoneWithoutNodes) {
    EXPECT_EQ(node_lines({}, message), "");
}

}  // namespace
}  // namespace mco::render
