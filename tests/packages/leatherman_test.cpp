// Why nothing of ours is replaced by these libraries of leatherman.
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <leatherman/execution/execution.hpp>
#include <leatherman/file_util/file.hpp>
#include <leatherman/json_container/json_container.hpp>
#include <leatherman/logging/logging.hpp>
#include <leatherman/util/posix/scoped_descriptor.hpp>
#include <leatherman/util/uri.hpp>

#include <cstdint>
#include <sstream>
#include <string>

#include <sys/time.h>
#include <unistd.h>

namespace mco {
namespace {

TEST(LeathermanExecution, TakesTheOnlyAlarmOfTheProcess) {
    itimerval alarm{};
    alarm.it_value.tv_sec = 3600;
    ASSERT_EQ(::setitimer(ITIMER_REAL, &alarm, nullptr), 0);
    const std::uint32_t timeout = 60;  // seconds
    EXPECT_TRUE(leatherman::execution::execute("/bin/true", timeout).success);
    ASSERT_EQ(::getitimer(ITIMER_REAL, &alarm), 0);
    EXPECT_EQ(alarm.it_value.tv_sec, 0) << "nor could two threads wait with it";
}

TEST(LeathermanFileUtil, WritesThroughALinkThatStoodWhereItsOwnFileWillBe) {
    const system::TemporaryDirectory directory;
    const auto victim = directory.write("victim", "precious");
    ASSERT_EQ(::symlink(victim.c_str(), (directory / "file~").c_str()), 0);
    leatherman::file_util::atomic_write_to_file("written", directory / "file");
    EXPECT_EQ(directory.read("victim"), "written");
}

TEST(LeathermanUtil, TakesADescriptorThatIsNoneForOne) {
    const leatherman::util::posix::scoped_descriptor none;
    EXPECT_TRUE(none) << "it converts to -1 and that to true";
}

TEST(LeathermanUtil, MisreadsUrls) {
    EXPECT_EQ(leatherman::util::uri("https://[::1]:8443").host, "[");
    EXPECT_EQ(leatherman::util::uri("https://db\r\nX: y").host, "db\r\nX") << "a header line";
}

TEST(LeathermanJson, HasIntegersOf32Bits) {
    const leatherman::json_container::JsonContainer document(
        std::string(R"({"bytes":4294967296})"));
    EXPECT_THROW(document.get<int>("bytes"), leatherman::json_container::data_type_error);
}

TEST(LeathermanLogging, HasOneLogInAProcess) {
    namespace logging = leatherman::logging;
    std::ostringstream first, second;
    logging::setup_logging(first, "C", "mco", false);
    logging::set_level(logging::log_level::info);
    logging::setup_logging(second, "C", "mco", false);
    logging::log("mco", logging::log_level::error, 0, "for the first");
    EXPECT_NE(second.str().find("for the first"), std::string::npos)
        << "first: " << first.str() << "second: " << second.str();
    EXPECT_EQ(first.str(), "");
}

}  // namespace
}  // namespace mco
