#include "system/notify.hpp"

#include "system/descriptor.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

namespace mco::system {
namespace {

using ::testing::StartsWith;

/// Plays systemd's part of the protocol.
class Notify : public ::testing::Test {
  protected:
    void SetUp() override {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = directory / "notify";
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        socket = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }

    void TearDown() override { ::unsetenv("NOTIFY_SOCKET"); }

    std::string received() {
        char buffer[1000];
        const auto length = ::recv(socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        return length < 0 ? "nothing" : std::string(buffer, static_cast<std::size_t>(length));
    }

    TemporaryDirectory directory;
    Descriptor socket;
};

TEST_F(Notify, EachMessage) {
    notify_ready();
    EXPECT_EQ(received(), "READY=1");
    notify_status("serving\n2 agents");
    EXPECT_EQ(received(), "STATUS=serving 2 agents");
    notify_reloading();
    EXPECT_THAT(received(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    notify_watchdog();
    EXPECT_EQ(received(), "WATCHDOG=1");
    notify_stopping();
    EXPECT_EQ(received(), "STOPPING=1");
}

TEST_F(Notify, WatchdogInterval) {
    EXPECT_EQ(watchdog_interval(), std::nullopt);
    ::setenv("WATCHDOG_USEC", "3000000", 1);
    EXPECT_EQ(watchdog_interval(), std::chrono::microseconds(1'500'000));
    ::unsetenv("WATCHDOG_USEC");
}

TEST_F(Notify, SilentWithoutSystemd) {
    ::unsetenv("NOTIFY_SOCKET");
    notify_ready();
    EXPECT_EQ(received(), "nothing");
}

}  // namespace
}  // namespace mco::system
