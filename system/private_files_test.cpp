#include "system/private_files.hpp"

#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {
namespace {

constexpr std::size_t plenty = 1000;

class PrivateFile : public ::testing::Test {
  protected:
    const TemporaryDirectory folder_;
    const std::string path_ = folder_.path() + "/a/b/file";

    mode_t mode(const std::string& path) const {
        struct stat status {};

        EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777;
    }

    void expect_refused(const std::string& path, Errc code, std::string_view why) const {
        const auto content = read_private_file(path, plenty);
        ASSERT_FALSE(content) << why;
        EXPECT_EQ(content.error().code, code) << content.error().message;
        EXPECT_NE(content.error().message.find(why), std::string::npos) << content.error().message;
    }
};

TEST_F(PrivateFile, IsWrittenForTheUserAloneAndReadAgain) {
    ASSERT_TRUE(write_private_file(path_, "first"));
    ASSERT_TRUE(write_private_file(path_, std::string("a\0b", 3)));
    EXPECT_EQ(read_private_file(path_, plenty).value(), std::string("a\0b", 3));
    EXPECT_EQ(mode(path_), 0600u);
    EXPECT_EQ(mode(folder_.path() + "/a/b"), 0700u);
    EXPECT_EQ(mode(folder_.path() + "/a"), 0700u);
}

TEST_F(PrivateFile, MakesNoHomeForAnAccountThatHasNone) {
    EXPECT_FALSE(write_private_file(folder_.path() + "/home/.cache/mcollective/file", "x"));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/home"));
}

TEST_F(PrivateFile, IsBounded) {
    ASSERT_TRUE(write_private_file(path_, std::string(plenty, 'x')));
    EXPECT_TRUE(read_private_file(path_, plenty));
    ASSERT_TRUE(write_private_file(path_, std::string(plenty + 1, 'x')));
    expect_refused(path_, Errc::limit, "larger than 1000 bytes");
    ASSERT_TRUE(write_private_file(path_, ""));
    EXPECT_EQ(read_private_file(path_, plenty).value(), "");
}

TEST_F(PrivateFile, OpenToOthersIsRefused) {
    ASSERT_TRUE(write_private_file(path_, "x"));
    for (const mode_t open : {0640u, 0620u, 0610u, 0604u, 0602u, 0601u, 0644u, 0666u}) {
        ASSERT_EQ(::chmod(path_.c_str(), open), 0);
        expect_refused(path_, Errc::denied, "open to others");
    }
    ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
    EXPECT_TRUE(read_private_file(path_, plenty));
}

TEST_F(PrivateFile, LinksAndOtherThingsAreRefused) {
    ASSERT_TRUE(write_private_file(path_, "x"));
    const auto link = folder_.path() + "/link";
    std::filesystem::create_symlink(path_, link);
    expect_refused(link, Errc::denied, "symbolic link");
    expect_refused(folder_.path() + "/a", Errc::denied, "not a regular file");
    const auto pipe = folder_.path() + "/pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    expect_refused(pipe, Errc::denied, "not a regular file");
    expect_refused(folder_.path() + "/nothing", Errc::not_found, "nothing");
}

TEST_F(PrivateFile, OfSomebodyElseIsRefused) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give files away";
    ASSERT_TRUE(write_private_file(path_, "x"));
    ASSERT_EQ(::chown(path_.c_str(), 12'345, 12'345), 0);
    expect_refused(path_, Errc::denied, "belongs to user 12345");
}

TEST(UserCacheFolder, IsInTheCacheDirectoryOrTheHome) {
    EXPECT_EQ(user_cache_folder("/c", "/h"), "/c/mcollective");
    EXPECT_EQ(user_cache_folder({}, "/h"), "/h/.cache/mcollective");
    EXPECT_EQ(user_cache_folder("relative", "/h"), "/h/.cache/mcollective");
    EXPECT_EQ(user_cache_folder("relative", {}), "");
    EXPECT_EQ(user_cache_folder({}, "relative"), "");
}

}  // namespace
}  // namespace mco::system
