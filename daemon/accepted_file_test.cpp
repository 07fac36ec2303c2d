#include "daemon/accepted_file.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mco::daemon {
namespace {

using message::Freshness;
using message::ReplayMemory;
using std::chrono::hours;
using std::chrono::seconds;

constexpr TimePoint noon(seconds(1'500'000'000));

class Accepted : public ::testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "state/accepted";

    AcceptedFile file() const {
        auto opened = AcceptedFile::open(path_);
        EXPECT_TRUE(opened) << opened.error().message;
        return *std::move(opened);
    }

    std::size_t recalled(TimePoint now) const {
        Freshness freshness;
        auto opened = file();
        EXPECT_TRUE(opened.recall(freshness, now));
        return freshness.remembered();
    }
};

TEST_F(Accepted, AreKnownToTheNextProcessAsLongAsTheyCouldPass) {
    {
        auto one = file();
        ASSERT_TRUE(one.add(ReplayMemory::digest("uid=0", "a"), noon + seconds(60), noon));
        ASSERT_TRUE(one.add(ReplayMemory::digest("uid=0", "b"), noon + hours(1), noon));
    }
    EXPECT_EQ(recalled(noon), 2u);
    EXPECT_EQ(recalled(noon + seconds(61)), 1u);
    EXPECT_EQ(std::filesystem::file_size(path_), 24u) << "what is over is left out";
    EXPECT_EQ(recalled(noon + hours(2)), 0u);
}

TEST_F(Accepted, AreReadUpToWhereTheFileWasCutOff) {
    {
        auto one = file();
        ASSERT_TRUE(one.add(ReplayMemory::digest("uid=0", "a"), noon + seconds(60), noon));
        ASSERT_TRUE(one.add(ReplayMemory::digest("uid=0", "b"), noon + seconds(60), noon));
    }
    std::filesystem::resize_file(path_, 40);
    EXPECT_EQ(recalled(noon), 1u);
}

TEST_F(Accepted, AreNotReadWhereOthersCanWrite) {
    static_cast<void>(file());
    std::filesystem::permissions(path_, std::filesystem::perms(0666));
    Freshness freshness;
    EXPECT_EQ(file().recall(freshness, noon).error().code, Errc::denied);
}

}  // namespace
}  // namespace mco::daemon
