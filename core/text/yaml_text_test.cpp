#include "core/text/yaml_text.hpp"

#include <gtest/gtest.h>

namespace mco::text {
namespace {

TEST(YamlText, NumbersHaveAPointAndASignInTheirExponent) {
    for (const auto* number : {"1.5", "-1.5", "+.5", "1.", "1.5e+3", "1.5E-3"})
        EXPECT_TRUE(is_yaml_real(number)) << number;
    for (const auto* text :
         {"", ".", "-", "15", "809e123", "0e12345", "1.5e3", "1.5e+", "1e5.0", "1.2.3", "e+1"})
        EXPECT_FALSE(is_yaml_real(text)) << text;
}

TEST(YamlText, BinaryIsDecoded) {
    EXPECT_EQ(yaml_binary("!binary", "aGk=\n"), "hi");
    EXPECT_EQ(yaml_binary("tag:yaml.org,2002:binary", "aG k="), "hi");
    EXPECT_EQ(yaml_binary("!binary", "%"), std::nullopt);
    EXPECT_EQ(yaml_binary("!", "aGk="), std::nullopt);
}

TEST(YamlText, ColonsAreFound) {
    EXPECT_TRUE(has_yaml_colon("a:\nb :", 3, "b"));
    EXPECT_FALSE(has_yaml_colon("a:\nb", 3, "b"));
    EXPECT_FALSE(has_yaml_colon("a:\nb\n", 3, "b"));
    EXPECT_TRUE(has_yaml_colon("? b\n", 2, "b"));
    EXPECT_TRUE(has_yaml_colon("a", 7, "b")) << "it cannot be told";
}

}  // namespace
}  // namespace mco::text
