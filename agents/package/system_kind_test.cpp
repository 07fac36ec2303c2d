#include "agents/package/system_kind.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace mco::package {
namespace {

SystemKind kind(const std::vector<std::string>& files) {
    const system::TemporaryDirectory root;
    for (const auto& file : files)
        root.write(file, "x");
    return system_kind(root.path());
}

TEST(SystemKind, IsThatOfTheDatabase) {
    EXPECT_EQ(kind({"var/lib/dpkg/status", "usr/bin/apt-get"}), SystemKind::apt);
    EXPECT_EQ(kind({"var/lib/dpkg/status", "usr/bin/apt-get", "usr/bin/yum"}), SystemKind::apt)
        << "yum is in Debian, too";
    EXPECT_EQ(
        kind({"var/lib/dpkg/status", "usr/bin/apt-get", "usr/bin/yum", "var/lib/rpm/Packages"}),
        SystemKind::apt);
    EXPECT_EQ(kind({"var/lib/rpm/Packages", "usr/bin/yum"}), SystemKind::yum);
    EXPECT_EQ(kind({"var/lib/rpm/rpmdb.sqlite", "usr/bin/dnf", "usr/bin/zypper"}), SystemKind::yum);
    EXPECT_EQ(kind({"usr/lib/sysimage/rpm/Packages.db", "usr/bin/zypper"}), SystemKind::zypper);
}

TEST(SystemKind, IsNoneWhereProgramOrDatabaseIsMissing) {
    EXPECT_EQ(kind({"usr/bin/yum", "usr/bin/apt-get"}), SystemKind::none);
    EXPECT_EQ(kind({"var/lib/dpkg/status"}), SystemKind::none);
    EXPECT_EQ(kind({"var/lib/rpm/Packages"}), SystemKind::none);
    EXPECT_EQ(kind({}), SystemKind::none);
    const system::TemporaryDirectory root;  // rpm systems may have an empty one
    root.write("var/lib/dpkg/status", "");
    root.write("usr/bin/apt-get", "x");
    EXPECT_EQ(system_kind(root.path()), SystemKind::none);
}

}  // namespace
}  // namespace mco::package
