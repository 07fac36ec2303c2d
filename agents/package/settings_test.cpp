#include "agents/package/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

config::Config with(std::map<std::string, std::string> values) {
    config::Config config;
    for (const auto& [name, value] : values)
        config.plugin["package." + name] = {value, "server.cfg:7"};
    return config;
}

TEST(PackageSettings, AreNativeUnlessPuppetIsWanted) {
    const auto usual = read_settings({}).value();
    EXPECT_TRUE(usual.native);
    EXPECT_THAT(usual.parameters, IsEmpty());
    EXPECT_EQ(usual.lock_timeout, std::chrono::seconds(60));
    EXPECT_EQ(usual.yum_clean_mode, "all");
    EXPECT_TRUE(read_settings(with({{"puppet.provider", "apt"}}))->native);
    EXPECT_FALSE(read_settings(with({{"puppet.provider", "gem"}}))->native);
    EXPECT_FALSE(read_settings(with({{"native", "0"}}))->native);
}

TEST(PackageSettings, HandTheProvidersKeysOn) {
    const auto settings = read_settings(
        with({{"provider", "yum"}, {"yum.install_options", "-x"}, {"puppet.a", "b"}}));
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->native);
    EXPECT_THAT(settings->parameters,
                ElementsAre(Pair("install_options", "-x"), Pair("provider", "yum")));
}

TEST(PackageSettings, AreRefusedWithTheirPlace) {
    for (const auto& [name, value] : {std::pair("provider", "rubygems"),
                                      std::pair("native", "perhaps"),
                                      std::pair("lock_timeout", "soon")}) {
        const auto settings = read_settings(with({{name, value}}));
        ASSERT_FALSE(settings) << name;
        EXPECT_THAT(settings.error().message, HasSubstr("server.cfg:7")) << name;
    }
}

}  // namespace
}  // namespace mco::package
