#include "system/private_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include <sys/stat.h>

namespace mco::system {
namespace {

TEST(PrivateDirectory, IsForUsAloneAndGoesWithItsOwner) {
    std::string path;
    {
        auto made = PrivateDirectory::make("mco-test");
        ASSERT_TRUE(made) << made.error().message;
        const PrivateDirectory owner = *std::move(made);
        path = owner.path();

        struct stat status {};

        ASSERT_EQ(::stat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777u, 0700u);
        std::ofstream(path + "/file") << "x";
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PrivateDirectory, RemovesWhatItOwnedWhenItGetsAnother) {
    auto first = PrivateDirectory::make("mco-test");
    auto second = PrivateDirectory::make("mco-test");
    ASSERT_TRUE(first && second);
    const auto gone = first->path(), kept = second->path();
    *first = *std::move(second);
    EXPECT_FALSE(std::filesystem::exists(gone));
    EXPECT_EQ(first->path(), kept);
    EXPECT_TRUE(std::filesystem::exists(kept));
}

}  // namespace
}  // namespace mco::system
