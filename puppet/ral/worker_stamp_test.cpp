#include "puppet/ral/worker_stamp.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace mco::puppet {
namespace {

class StampTest : public testing::Test {
  protected:
    StampTest() { directory_.write("lib/puppet/type/mine.rb", "1"); }

    WorkerStamp stamp() const { return stamp_of({conf_}, {lib_, directory_ / "missing"}); }

    const system::TemporaryDirectory directory_;
    const std::string conf_ = directory_.write("puppet.conf", "");
    const std::string lib_ = directory_ / "lib";
};

TEST_F(StampTest, StaysWhileNothingChanges) {
    EXPECT_EQ(stamp(), stamp());
    EXPECT_EQ(stamp().files, 4u) << "puppet.conf, two folders, the type";
}

TEST_F(StampTest, ChangesWithEveryFile) {
    auto before = stamp();
    const auto changed = [&] {
        const auto now = stamp();
        const bool is_other = now != before;
        before = now;
        return is_other;
    };
    directory_.write("puppet.conf", "[main]\n");
    EXPECT_TRUE(changed());
    directory_.write("lib/puppet/type/mine.rb", "22");
    EXPECT_TRUE(changed());
    directory_.write("lib/puppet/provider/mine/new.rb", "");
    EXPECT_TRUE(changed());
    std::filesystem::remove(directory_ / "lib/puppet/type/mine.rb");
    EXPECT_TRUE(changed()) << "a deleted type stays loaded";
    std::filesystem::rename(directory_ / "lib/puppet/provider", directory_ / "lib/puppet/other");
    EXPECT_TRUE(changed());
    directory_.write("missing/appears", "");
    EXPECT_TRUE(changed());
    std::filesystem::remove(conf_);
    EXPECT_TRUE(changed());
    EXPECT_FALSE(changed());
}

TEST_F(StampTest, LinksInACircleAreNotFollowed) {
    std::filesystem::create_directory_symlink(lib_, directory_ / "lib/puppet/self");
    EXPECT_EQ(stamp().files, 5u);
}

TEST_F(StampTest, LooksAtSomeFilesOnly) {
    for (int i = 0; i < 5100; ++i)
        directory_.write("lib/many/" + std::to_string(i), "");
    EXPECT_EQ(stamp().files, 5000u);
    EXPECT_EQ(stamp(), stamp());
}

}  // namespace
}  // namespace mco::puppet
