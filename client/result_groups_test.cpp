#include "client/result_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using ::testing::ElementsAre;

Result answer(std::string sender, std::string text) {
    return {std::move(sender), 0, "OK", Map{{"text", std::move(text)}}};
}

TEST(ResultGroups, FoldAsAnswersArrive) {
    ResultGroups groups;
    groups.add(answer("n1", "a"));
    groups.add(answer("n2", "b"));
    ASSERT_EQ(groups.by_size().size(), 2u);
    EXPECT_EQ(groups.by_size().front()->nodes, std::vector<std::string>{"n1"});
    const auto bytes = groups.bytes();
    groups.add(answer("n3", "b"));
    EXPECT_THAT(groups.by_size().front()->nodes, ElementsAre("n2", "n3"));
    EXPECT_EQ(groups.by_size().front()->result.sender, "n2");
    EXPECT_EQ(groups.bytes(), bytes) << "an equal answer takes nothing";
    EXPECT_EQ(groups.said(), "");
}

TEST(ResultGroups, LeaveWhatTheyCopyAlone) {
    ResultGroups groups;
    const auto one = answer("n1", "a");
    groups.add(one);
    EXPECT_EQ(one.data, groups.by_size().front()->result.data);
}

TEST(ResultGroups, SayWhatTheyDropped) {
    ResultGroups measure;
    measure.add(answer("n1", "a"));
    const auto one = measure.bytes();
    ResultGroups groups(2 * one);
    for (const auto* text : {"a", "b", "c", "a", "d"})
        groups.add(answer(std::string("of ") + text, text));
    EXPECT_EQ(groups.by_size().size(), 2u);
    EXPECT_THAT(groups.by_size().front()->nodes, ElementsAre("of a", "of a"));
    EXPECT_THAT(groups.dropped(), ElementsAre("of c", "of d"));
    EXPECT_EQ(groups.bytes(), 2 * one);
    EXPECT_EQ(groups.said(),
              "2 answer(s) of " + std::to_string(2 * one) +
                  " bytes in all were dropped, because different answers may take no more than " +
                  std::to_string(2 * one) + " bytes.");
}

}  // namespace
}  // namespace mco::client
