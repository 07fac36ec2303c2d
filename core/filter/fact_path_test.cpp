#include "core/filter/fact_path.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::filter {
namespace {

TEST(FindFact, GoesByNameAndByPath) {
    const Map facts{{"os", Map{{"family", "Debian"}, {"release", Map{{"major", "12"}}}}},
                    {"os.name", "literal"},
                    {"disks", Array{"sda", Map{{"size", "1"}, {"by.id", "x"}}}},
                    {"a", Map{{"b.c", "dotted"}, {"b", Map{{"c", "nested"}, {"d", "deep"}}}}},
                    {"text", "x"}};
    const std::vector<std::pair<std::string, Value>> cases = {
        {"os.family", "Debian"},
        {"os.release.major", "12"},
        {"os.release", Map{{"major", "12"}}},
        {"os.name", "literal"},
        {"disks.0", "sda"},
        {"disks.1.size", "1"},
        {"disks.1.by.id", "x"},
        {"a.b.c", "dotted"},
        {"a.b.d", "deep"},
        {"disks.2", nullptr},
        {"disks.-1", nullptr},
        {"disks.+1", nullptr},
        {"disks.1x", nullptr},
        {"disks.", nullptr},
        {"disks.99999999999999999999", nullptr},
        {"os", *facts.find("os")},
        {"os.", nullptr},
        {".os", nullptr},
        {"os..family", nullptr},
        {"os.family.x", nullptr},
        {"text.0", nullptr},
        {"", nullptr},
        {".", nullptr}};
    for (const auto& [path, expected] : cases) {
        const auto* found = find_fact(facts, path);
        EXPECT_EQ(found == nullptr ? Value() : *found, expected) << path;
    }
}

}  // namespace
}  // namespace mco::filter
