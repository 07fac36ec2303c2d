#include "system/directory.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr uid_t stranger = 1;

TEST(Directory, WritesAndRemoves) {
    const TemporaryDirectory here;
    const auto made = Directory::open(here / "a/b", Directory::Missing::is_made);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(made->write("file", "text", 0640));
    EXPECT_EQ(here.read("a/b/file"), "text");

    struct stat status {};

    ASSERT_EQ(::stat((here / "a/b/file").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0640u);
    ASSERT_TRUE(made->remove("file"));
    EXPECT_EQ(made->remove("file").error().code, Errc::not_found);
    EXPECT_TRUE(fs::is_empty(here / "a/b")) << "no draft is left";
    EXPECT_EQ(Directory::open(here / "nosuch").error().code, Errc::not_found);
    here.write("a/file", "");
    EXPECT_EQ(Directory::open(here / "a/file").error().code, Errc::io);
}

TEST(Directory, FollowsLinksOnlyWhereNobodyElseCanPutThem) {
    const TemporaryDirectory here;
    fs::create_directories(here / "secret");
    fs::create_directories(here / "puppet");
    fs::create_directory_symlink(here / "secret", here / "puppet/state");
    EXPECT_TRUE(Directory::open(here / "puppet/state")) << "all of it is ours";
    ASSERT_EQ(::chmod((here / "puppet").c_str(), 0777), 0);
    const auto open = Directory::open(here / "puppet/state");
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().code, Errc::denied);
    EXPECT_THAT(open.error().message, HasSubstr("symbolic link"));
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give a directory to somebody";
    ASSERT_EQ(::chmod((here / "puppet").c_str(), 0755), 0);
    ASSERT_EQ(::chown((here / "puppet").c_str(), stranger, stranger), 0);
    EXPECT_EQ(Directory::open(here / "puppet/state").error().code, Errc::denied);
    // Below a directory of somebody else no link counts, whoever owns what is on the way.
    fs::create_directories(here / "puppet/mine");
    fs::create_directory_symlink(here / "secret", here / "puppet/mine/link");
    EXPECT_EQ(Directory::open(here / "puppet/mine/link").error().code, Errc::denied);
    EXPECT_TRUE(Directory::open(here / "puppet/mine"));
}

/// It was opened; what is at its path now is another one.
TEST(Directory, StaysWhereItWasOpened) {
    const TemporaryDirectory here;
    fs::create_directories(here / "state");
    fs::create_directories(here / "secret");
    const auto opened = Directory::open(here / "state");
    ASSERT_TRUE(opened);
    fs::rename(here / "state", here / "moved");
    fs::create_directory_symlink(here / "secret", here / "state");
    ASSERT_TRUE(opened->write("file", "text", 0644));
    EXPECT_TRUE(fs::exists(here / "moved/file"));
    EXPECT_TRUE(fs::is_empty(here / "secret"));
}

TEST(ExposedPart, IsTheFirstThatOthersCanChange) {
    const TemporaryDirectory here;
    fs::create_directories(here / "etc");
    const auto file = here.write("etc/server.cfg", "x");
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    EXPECT_EQ(exposed_part(file), std::nullopt);
    EXPECT_EQ(exposed_part(here / "etc/missing"), std::nullopt);
    ASSERT_EQ(::chmod(file.c_str(), 01664), 0);
    EXPECT_EQ(exposed_part(file), file);
    ASSERT_EQ(::chmod((here / "etc").c_str(), 0777), 0);
    EXPECT_EQ(exposed_part(file), here / "etc");
    ASSERT_EQ(::chmod((here / "etc").c_str(), 01777), 0);
    EXPECT_EQ(exposed_part(file), file) << "others cannot replace it there, but change it";
    ASSERT_EQ(::chmod((here / "etc").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    fs::create_directories(here / "open");
    fs::create_symlink(file, here / "open/link");
    EXPECT_EQ(exposed_part(here / "open/link"), std::nullopt);
    ASSERT_EQ(::chmod((here / "open").c_str(), 0777), 0);
    EXPECT_EQ(exposed_part(here / "open/link"), here / "open") << "who may turn the link";
    EXPECT_EQ(exposed_part(here / "open/missing"), here / "open") << "who may make it";
}

TEST(OwnDirectory, IsMadeForUsAlone) {
    const TemporaryDirectory here;
    ASSERT_TRUE(make_own_directory(here / "a/b"));

    struct stat status {};

    ASSERT_EQ(::stat((here / "a/b").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    ASSERT_EQ(::chmod((here / "a").c_str(), 0777), 0);
    const auto open = make_own_directory(here / "a/b");
    ASSERT_FALSE(open);
    EXPECT_THAT(open.error().message, HasSubstr("others can change"));
    fs::create_directory_symlink("/tmp", here / "link");
    EXPECT_FALSE(make_own_directory(here / "link"));
    EXPECT_EQ(::stat("/tmp", &status), 0);
    EXPECT_NE(status.st_mode & 0777, 0700u) << "its mode was not touched";
}

}  // namespace
}  // namespace mco::system
