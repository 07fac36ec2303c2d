#include "agents/package/changes.hpp"

#include "agents/package/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace mco::package {
namespace {

using namespace std::chrono_literals;

system::Command command(std::vector<std::string> argv) {
    system::Command made;
    made.argv = std::move(argv);
    return made;
}

class ChangesTest : public ::testing::Test {
  protected:
    agents::AgentWorld world_;
    testing::ScriptedSystem system_{world_.clock};
    Changes changes_{system_, world_.clock, world_.log};

    Monotonic in(std::chrono::seconds time) const { return world_.clock.monotonic() + time; }
};

TEST_F(ChangesTest, AreMadeOneAtATime) {
    auto mine = changes_.turn(in(1s));
    ASSERT_TRUE(mine);
    std::thread([this] {
        const auto other = changes_.turn(in(0s));
        ASSERT_FALSE(other);
        EXPECT_EQ(other.error().code, Errc::unavailable);
        EXPECT_EQ(other.error().message, "busy: packages are being changed for somebody else");
    }).join();
    mine->unlock();
    std::thread([this] { EXPECT_TRUE(changes_.turn(in(0s))); }).join();
}

TEST_F(ChangesTest, OfWhichNobodyWaitsKeepOthersOut) {
    system_.script = [](const system::Command&) { return testing::Script{0, "done\n", "", 100s}; };
    {
        const auto mine = changes_.turn(in(1s));
        const auto ended =
            changes_.run(*mine, command({"apt-get", "-q", "install", "--", "hello"}), in(60s));
        ASSERT_FALSE(ended);
        EXPECT_EQ(ended.error().code, Errc::timed_out);
    }
    const auto refused = changes_.turn(in(1s));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "busy: apt-get install hello is still running (pid 4711, for 60 s)");
    system_.let_end();
    EXPECT_TRUE(changes_.turn(in(1s))) << "it has ended";
}

TEST_F(ChangesTest, TellOfBothStreams) {
    system_.script = [](const system::Command&) { return testing::Script{3, "out\r\n", "err\n"}; };
    const auto mine = changes_.turn(in(1s));
    const auto ended = changes_.run(*mine, command({"apt-get", "update"}), in(60s));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->exit_code, 3);
    EXPECT_EQ(ended->output, "out\nerr\n");
}

}  // namespace
}  // namespace mco::package
