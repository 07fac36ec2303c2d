#include "agents/package/listings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AptUpgrades, AreThoseOfInstalledPackages) {
    const auto items = read_apt_upgrades(
        "NOTE: This is only a simulation!\n"
        "Reading package lists...\n"
        "Inst libssl3 [3.0.9-1] (3.0.11-1~deb12u2 Debian-Security:12/stable-security [amd64])\n"
        "Inst linux-image-6.1.0-18-amd64 (6.1.76-1 Debian:12.5/stable [amd64])\n"
        "Inst base-files [12.4] (12.4+deb12u5 Debian:12.5/stable, Debian:12/stable-updates "
        "[amd64]) []\n"
        "Inst emacs23 [23.1+1-4ubuntu7] (23.1+1-4ubuntu7.1 Ubuntu:10.04/lucid-updates) []\n"
        "Inst odd [1.0] (2.0)\n"
        "Remv gone [1.0]\n"
        "Inst broken [1.0\n"
        "Conf libssl3 (3.0.11-1~deb12u2 Debian-Security:12/stable-security [amd64])\n");
    EXPECT_THAT(
        items,
        ElementsAre(
            Available{"libssl3", "3.0.11-1~deb12u2", "Debian-Security:12/stable-security [amd64]"},
            Available{"base-files",
                      "12.4+deb12u5",
                      "Debian:12.5/stable, Debian:12/stable-updates [amd64]"},
            Available{"emacs23", "23.1+1-4ubuntu7.1", "Ubuntu:10.04/lucid-updates"},
            Available{"odd", "2.0", ""}));
    EXPECT_THAT(read_apt_upgrades(""), IsEmpty());
}

TEST(Madison, HasPackagesWithoutSources) {
    EXPECT_THAT(
        read_madison("     hello |   2.10-3 | http://deb.debian.org/debian bookworm/main amd64 "
                     "Packages\n"
                     "     hello |   2.10-2 | http://deb.debian.org/debian bullseye/main amd64 "
                     "Packages\n"
                     "     hello |   2.10-3 | http://deb.debian.org/debian bookworm/main Sources\n"
                     "N: Unable to locate package nosuch\n"),
        ElementsAre(
            Available{"hello", "2.10-3", "http://deb.debian.org/debian bookworm/main amd64"},
            Available{"hello", "2.10-2", "http://deb.debian.org/debian bullseye/main amd64"}));
}

TEST(YumUpdates, AreLinesOfThreeColumns) {
    EXPECT_THAT(read_yum("\n"
                         "bash.x86_64                  4.2.46-35.el7_9            updates\n"
                         "NetworkManager-config-server-with-a-long-name.noarch\n"
                         "                             1:1.18.8-2.el7_9           updates\n"
                         "kernel-core-5.14.0-70.el9.x86_64 is an installed security update\n"
                         "tzdata.noarch                2024a-1.el7                updates\n"
                         "Obsoleting Packages\n"
                         "grub2.x86_64                 1:2.02-0.87.el7            updates\n"
                         "    grub2-tools.x86_64       1:2.02-0.64.el7            @anaconda\n"),
                ElementsAre(Available{"bash.x86_64", "4.2.46-35.el7_9", "updates"},
                            Available{"NetworkManager-config-server-with-a-long-name.noarch",
                                      "1:1.18.8-2.el7_9",
                                      "updates"},
                            Available{"tzdata.noarch", "2024a-1.el7", "updates"}));
    EXPECT_THAT(read_yum("Available Packages\nhello.x86_64  2.10-1.el9  epel\n"),
                ElementsAre(Available{"hello.x86_64", "2.10-1.el9", "epel"}));
}

TEST(ZypperTables, AreReadByTheirColumns) {
    EXPECT_THAT(read_zypper_updates(
                    "S | Repository | Name    | Current Version | Available Version | Arch\n"
                    "--+------------+---------+-----------------+-------------------+-------\n"
                    "v | Updates    | bash    | 4.4-9.10.1      | 4.4-9.14.1        | x86_64\n"
                    "v | Main       | openssl | 1.1.1d-1        | 1.1.1d-2          | noarch\n"),
                ElementsAre(Available{"bash", "4.4-9.14.1", "Updates"},
                            Available{"openssl", "1.1.1d-2", "Main"}));
    EXPECT_THAT(
        read_zypper_search("S  | Name  | Type    | Version | Arch   | Repository\n"
                           "---+-------+---------+---------+--------+-----------\n"
                           "i+ | hello | package | 2.10-1  | x86_64 | Main\n"
                           "   | hello | package | 2.9-1   | x86_64 | Old\n"),
        ElementsAre(Available{"hello", "2.10-1", "Main"}, Available{"hello", "2.9-1", "Old"}));
    EXPECT_THAT(read_zypper_updates("No updates found.\n"), IsEmpty());
}

TEST(Lists, AreMaps) {
    const Array list = to_list({{"a", "1", "here"}});
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0], (Value(Map{{"package", "a"}, {"version", "1"}, {"repo", "here"}})));
}

}  // namespace
}  // namespace mco::package
