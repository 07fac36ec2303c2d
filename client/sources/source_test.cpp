#include "client/sources/source.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mco::client {
namespace {

TEST(Sources, AreFoundByName) {
    const auto names = source_names();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    for (const auto name : names) {
        const auto* source = find_source(name);
        ASSERT_NE(source, nullptr) << name;
        EXPECT_EQ(source->name, name);
        EXPECT_NE(source->find, nullptr);
    }
    EXPECT_EQ(find_source("mc"), nullptr);
    EXPECT_EQ(find_source(""), nullptr);
}

struct Kind {
    std::string name;
    filter::Filter filter;
};

std::vector<Kind> kinds() {
    std::vector<Kind> kinds(3);
    kinds[0].name = "class";
    kinds[0].filter.classes = {"base"};
    kinds[1].name = "fact";
    kinds[1].filter.facts = {{"os", "Debian", "=="}};
    kinds[2].name = "identity";
    kinds[2].filter.identities = {"web1"};
    return kinds;
}

TEST(Sources, RefuseFiltersTheyDoNotUnderstand) {
    const Source none{"none", {}, std::chrono::seconds(0), nullptr};
    const Source all{"all", {true, true, true, true}, std::chrono::seconds(0), nullptr};
    for (const auto& [name, filter] : kinds()) {
        EXPECT_TRUE(check_capabilities(all, filter));
        const auto checked = check_capabilities(none, filter);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().message,
                  "Cannot use " + name + " filters while using the 'none' discovery method");
    }
    filter::Filter agents;
    agents.agents = {"rpcutil", "/puppet/"};
    EXPECT_TRUE(check_capabilities(none, agents));
    filter::Filter compound;
    compound.compound = {Array{}};
    EXPECT_TRUE(check_capabilities(none, compound)) << "the nodes of the list judge it";
}

}  // namespace
}  // namespace mco::client
