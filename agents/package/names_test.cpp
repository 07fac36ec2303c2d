#include "agents/package/names.hpp"

#include <gtest/gtest.h>

namespace mco::package {
namespace {

TEST(PackageNames, AreThoseOfAllPackageSystems) {
    for (const auto* name : {"hello",
                             "g++",
                             "libc6:amd64",
                             "libstdc++6",
                             "0ad",
                             "python3.11-venv",
                             "java-1.8.0-openjdk",
                             "kernel_x",
                             "perl-Foo~bar",
                             "R"})
        EXPECT_TRUE(is_package_name(name)) << name;
}

TEST(PackageNames, AreNoOptionsNorAnythingElse) {
    for (const auto* name : {"",
                             "-y",
                             "--purge",
                             ".hidden",
                             "a b",
                             "a;b",
                             "a\nb",
                             "a/b",
                             "a*",
                             "a=1",
                             "a|b",
                             "$(a)",
                             "hello^",
                             "@group",
                             "höllo"})
        EXPECT_FALSE(is_package_name(name)) << name;
    EXPECT_FALSE(is_package_name("nano-")) << "apt would remove it";
}

TEST(PackageVersions, MayHaveEpochAndRelease) {
    for (const auto* version : {"1.0", "2:1.0-3", "3.0.11-1~deb12u2", "1.0+dfsg-1+b1", "5.14.0_70"})
        EXPECT_TRUE(is_version(version)) << version;
    for (const auto* version : {"", "-1", "1.0-", "1.0 2", "1=2", "stable/main", "1.*", "1;2"})
        EXPECT_FALSE(is_version(version)) << version;
}

TEST(SearchPatterns, MayStandForSeveralNames) {
    for (const auto* pattern : {"hello", "*ssl*", "lib?6", "[ab]c", "g++"})
        EXPECT_TRUE(is_search_pattern(pattern)) << pattern;
    for (const auto* pattern : {"", "-q", "--option", "a b", "~nhello;", "/x/"})
        EXPECT_FALSE(is_search_pattern(pattern)) << pattern;
    EXPECT_TRUE(is_glob("lib*"));
    EXPECT_FALSE(is_glob("g++"));
}

}  // namespace
}  // namespace mco::package
