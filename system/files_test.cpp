#include "system/files.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>

namespace mco::system {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(ReadFile, WholeContentWithinTheLimit) {
    const TemporaryDirectory directory;
    const auto path = directory.write("file", std::string(50'000, 'x') + '\0' + "end");
    EXPECT_EQ(read_file(path)->size(), 50'004u);
    EXPECT_TRUE(read_file(path, 50'004).has_value());
    EXPECT_EQ(read_file(path, 50'003).error().code, Errc::limit);
    EXPECT_EQ(*read_file(directory.write("empty", "")), "");
}

TEST(ReadEnd, LastBytesOfRegularFiles) {
    const TemporaryDirectory directory;
    const auto path = directory.write("file", std::string(50'000, 'x') + "end");
    EXPECT_EQ(read_end(path, 5), "xxend");
    EXPECT_EQ(read_end(path, 1 << 20).size(), 50'003u);
    EXPECT_EQ(read_end(directory / "none", 5), "");
    fs::create_symlink(path, directory / "link");
    EXPECT_EQ(read_end(directory / "link", 5), "") << "somebody else may have put it there";
    EXPECT_EQ(read_end(directory.path(), 5), "");
}

TEST(ReadFile, ErrorsNameThePath) {
    const TemporaryDirectory directory;
    const auto missing = read_file(directory / "none").error();
    EXPECT_EQ(missing.code, Errc::not_found);
    EXPECT_THAT(missing.message, HasSubstr(directory / "none"));
    EXPECT_EQ(read_file(directory.path()).error().code, Errc::io);
    ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(read_file(directory / "fifo").error().code, Errc::io);
}

TEST(ReadFile, FilesOfProcHaveNoSizeButContent) {
    EXPECT_THAT(*read_file("/proc/self/status"), HasSubstr("Pid:"));
}

TEST(WriteFileAtomically, ReplacesContentAndMode) {
    const TemporaryDirectory directory;
    const auto path = directory / "file";
    ASSERT_TRUE(write_file_atomically(path, "one").has_value());
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0644));
    ASSERT_TRUE(write_file_atomically(path, "two", 0600).has_value());
    EXPECT_EQ(directory.read("file"), "two");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
}

TEST(WriteFileAtomically, LeavesNothingBehindWhenItFails) {
    const TemporaryDirectory directory;
    fs::create_directory(directory / "target");
    directory.write("target/inside", "");
    EXPECT_EQ(write_file_atomically(directory / "target", "x").error().code, Errc::io);
    EXPECT_EQ(write_file_atomically(directory / "no/such", "x").error().code, Errc::io);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 1);
}

TEST(Stamp, ChangesWithTheFile) {
    const TemporaryDirectory directory;
    EXPECT_EQ(stamp(directory / "file"), std::nullopt);
    directory.write("file", "one");
    const auto before = stamp(directory / "file");
    EXPECT_EQ(stamp(directory / "file"), before);
    ASSERT_TRUE(write_file_atomically(directory / "file", "two").has_value());
    EXPECT_NE(stamp(directory / "file"), before);
}

}  // namespace
}  // namespace mco::system
