#include "system/status_file.hpp"

#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>

namespace mco::system {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class AStatusFile : public testing::Test {
  protected:
    const TemporaryDirectory folder_;
    std::vector<std::pair<Level, std::string>> lines_;
    Log log_{std::make_unique<MemorySink>(lines_), Level::debug};

    std::unique_ptr<StatusFile> open(const std::string& path) {
        auto file = StatusFile::open(path, log_);
        EXPECT_TRUE(file) << file.error().message;
        return file ? *std::move(file) : nullptr;
    }
};

TEST_F(AStatusFile, HoldsWhatWasGivenLastWhenTheProgramEnds) {
    for (int round = 0; round < 100; ++round)
        open(folder_ / "status.json")->write(std::to_string(round));
    auto file = open(folder_ / "status.json");
    for (int round = 0; round < 1000; ++round)
        file->write("round " + std::to_string(round));
    file.reset();
    EXPECT_EQ(folder_.read("status.json"), "round 999");
    EXPECT_THAT(lines_, ElementsAre());
}

TEST_F(AStatusFile, IsForItsOwnerAndGroup) {
    open(folder_ / "status.json")->write("{}");

    struct stat status {};

    ASSERT_EQ(::stat((folder_ / "status.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(AStatusFile, ReplacesALinkInsteadOfFollowingIt) {
    folder_.write("victim", "precious");
    std::filesystem::create_symlink(folder_ / "victim", folder_ / "status.json");
    open(folder_ / "status.json")->write("{}");
    EXPECT_EQ(folder_.read("victim"), "precious");
    EXPECT_TRUE(
        std::filesystem::is_regular_file(std::filesystem::symlink_status(folder_ / "status.json")));
}

TEST_F(AStatusFile, IsNotTouchedByOpening) {
    open(folder_ / "status.json");
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(AStatusFile, NeedsItsFolderAndAName) {
    const auto nowhere = StatusFile::open(folder_ / "none/status.json", log_);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, Errc::not_found);
    EXPECT_THAT(nowhere.error().message, HasSubstr("none"));
    for (const std::string& path : {std::string(), folder_.path() + "/"})
        EXPECT_FALSE(StatusFile::open(path, log_)) << path;
}

TEST_F(AStatusFile, SaysOnceThatItCannotBeWritten) {
    std::filesystem::create_directories(folder_ / "status.json/in the way");
    auto file = open(folder_ / "status.json");
    for (int round = 0; round < 20; ++round)
        file->write("{}");
    file.reset();
    EXPECT_THAT(lines_, ElementsAre(Pair(Level::warn, HasSubstr("status.json"))));
}

}  // namespace
}  // namespace mco::system
