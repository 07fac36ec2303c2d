#include "core/ral/acting_types.hpp"

#include <gtest/gtest.h>

namespace mco::ral {
namespace {

TEST(ActingTypes, HaveAReason) {
    EXPECT_EQ(why_acting("exec"), "its conditions are commands, which run");
    EXPECT_EQ(why_acting("augeas"), "it writes files beside those that it would change");
}

TEST(ActingTypes, AreNoOthers) {
    for (const char* type : {"file", "exe", "execs", "augeas it", "", "EXEC", "its"})
        EXPECT_EQ(why_acting(type), "") << type;
}

}  // namespace
}  // namespace mco::ral
