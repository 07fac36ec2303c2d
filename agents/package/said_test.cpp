#include "agents/package/said.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Tidy, LeavesWhatWasNotWrittenOver) {
    EXPECT_EQ(
        tidy("Reading package lists...\n"
             "\r(Reading database ... \r(Reading database ... 5%\r(Reading database ... 55148 "
             "files and directories currently installed.)\n"
             "Removing hello (2.10-3) ...\r\n"),
        "Reading package lists...\n"
        "(Reading database ... 55148 files and directories currently installed.)\n"
        "Removing hello (2.10-3) ...\n");
    EXPECT_EQ(tidy("\x1b[1mbold\x1b[0m \xff\n"), "[1mbold[0m \xef\xbf\xbd\n");
    EXPECT_EQ(tidy(""), "");
}

TEST(Tidy, KeepsTheEndOfMuch) {
    std::string much;
    for (int i = 0; i < 20'000; ++i)
        much += "line " + std::to_string(i) + "\n";
    const auto kept = tidy(much);
    EXPECT_LE(kept.size(), 64u << 10);
    EXPECT_GT(kept.size(), 63u << 10);
    EXPECT_TRUE(kept.starts_with("line "));
    EXPECT_TRUE(kept.ends_with("line 19999\n"));
}

TEST(Complaint, IsWhatAptAndDpkgSay) {
    EXPECT_EQ(complaint_in("Reading package lists...\nE: Unable to locate package nosuch\n"),
              "E: Unable to locate package nosuch");
    EXPECT_EQ(
        complaint_in("Setting up x ...\n"
                     "dpkg: error processing package x (--configure):\n"
                     " installed x package post-installation script subprocess returned error "
                     "exit status 1\n"
                     "E: Sub-process /usr/bin/dpkg returned an error code (1)\n"),
        "dpkg: error processing package x (--configure):\n"
        "E: Sub-process /usr/bin/dpkg returned an error code (1)");
    EXPECT_EQ(complaint_in("something\nwent wrong\n\n"), "went wrong");
    EXPECT_EQ(complaint_in(""), "");
}

TEST(Troubles, AreLinesOfIndexesThatCannotBeHad) {
    const auto broken = troubles_in(
        "Hit:1 http://deb.debian.org/debian bookworm InRelease\n"
        "Err:2 http://deb.example.org/debian bookworm InRelease\n"
        "Reading package lists...\n"
        "W: Failed to fetch http://deb.example.org/debian/dists/bookworm/InRelease\n"
        "W: Some index files failed to download. They have been ignored, or old ones used "
        "instead.\n");
    EXPECT_EQ(broken.size(), 2u) << "some errors are mended by another way to the file";
    EXPECT_TRUE(has_old_indexes(broken));
    const auto warned = troubles_in("W: Target Packages is configured multiple times\n");
    EXPECT_THAT(warned, ElementsAre("W: Target Packages is configured multiple times"));
    EXPECT_FALSE(has_old_indexes(warned)) << "that is a matter of taste";
    EXPECT_THAT(troubles_in("All packages are up to date.\n"), IsEmpty());
}

TEST(LockFailures, AreRecognised) {
    struct Case {
        std::string output;
        LockFailure expected;
    };

    const std::vector<Case> cases = {
        {"E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (apt-get)\n"
         "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another "
         "process using it?\n",
         {"/var/lib/dpkg/lock-frontend", "1234 (apt-get)"}},
        {"Reading package lists...\n"
         "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 77 (python3)\n"
         "E: Unable to lock directory /var/lib/apt/lists/\n",
         {"/var/lib/apt/lists/lock", "77 (python3)"}},
        {"E: Could not get lock /var/lib/dpkg/lock - open (11: Resource temporarily unavailable)\n",
         {"/var/lib/dpkg/lock", ""}},
        {"E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another "
         "process using it?\n",
         {"/var/lib/dpkg/lock-frontend", ""}},
        {"dpkg: error: dpkg frontend lock was locked by another process with pid 99\n"
         "Note: removing the lock file is always wrong, can damage the locked area\n",
         {"/var/lib/dpkg/lock-frontend", "99"}},
        {"dpkg: error: dpkg database lock was locked by another process with pid 98\n",
         {"/var/lib/dpkg/lock", "98"}},
        {"dpkg: error: dpkg frontend is locked by another process\n",
         {"/var/lib/dpkg/lock-frontend", ""}},
    };
    for (const auto& [output, expected] : cases)
        EXPECT_EQ(lock_failure_in(output), expected) << output;
}

TEST(LockFailures, AreNotWhatWasWaitedForInTime) {
    EXPECT_EQ(
        lock_failure_in("Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. "
                        "It is held by process 1234 (apt-get)...\n"
                        "E: Unable to locate package nosuch\n"),
        std::nullopt);
    EXPECT_EQ(lock_failure_in("E: Unable to locate package nosuch\n"), std::nullopt);
}

}  // namespace
}  // namespace mco::package
