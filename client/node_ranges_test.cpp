#include "client/node_ranges.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

using Names = std::vector<std::string>;

TEST(FoldNames, MakesRangesOfConsecutiveNumbers) {
    struct Case {
        Names names;
        Names folded;
    };

    const std::vector<Case> cases = {
        {{}, {}},
        {{"web"}, {"web"}},
        {{"web1"}, {"web1"}},
        {{"web2.example", "web1.example", "web3.example"}, {"web[1-3].example"}},
        {{"web1", "web2", "web4", "web9", "web10", "web11"}, {"web[1-2]", "web4", "web[9-11]"}},
        {{"db08", "db09", "db10", "db11"}, {"db[08-11]"}},
        {{"db9", "db10", "db08"}, {"db9", "db08", "db10"}},
        {{"n099", "n100"}, {"n[099-100]"}},
        {{"n09", "n010"}, {"n09", "n010"}},
        {{"n99", "n100"}, {"n[99-100]"}},
        {{"n0", "n1"}, {"n[0-1]"}},
        {{"a1", "b2"}, {"a1", "b2"}},
        {{"a1.x", "a2.y"}, {"a1.x", "a2.y"}},
        {{"a1", "a1", "a2"}, {"a[1-2]"}},
        {{"rack3node12.dc1", "rack3node13.dc1"}, {"rack3node[12-13].dc1"}},
        {{"ip-10-0-0-1.ec2", "ip-10-0-0-2.ec2"}, {"ip-10-0-0-[1-2].ec2"}},
        {{"mail.rack1.x", "mail.rack2.x"}, {"mail.rack[1-2].x"}},
        {{"10.0.0.1", "10.0.0.2", "10.0.1.3"}, {"10.0.0.[1-2]", "10.0.1.3"}},
        {{"n1234567890123456789012", "n1234567890123456789013"},
         {"n1234567890123456789012", "n1234567890123456789013"}},
        {{"x"}, {"x"}},
        {{"b", "a", "a"}, {"a", "b"}},
    };
    for (const auto& [names, folded] : cases)
        EXPECT_EQ(fold_names(names), folded);
}

TEST(FoldNames, FoldsAFleetIntoOneName) {
    Names fleet;
    for (int n = 10'000; n > 0; --n)
        fleet.push_back("node" + std::to_string(n) + ".lab.test");
    EXPECT_EQ(fold_names(fleet), Names{"node[1-10000].lab.test"});
}

}  // namespace
}  // namespace mco::client
