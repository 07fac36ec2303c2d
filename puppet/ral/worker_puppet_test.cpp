// One look at the real thing: the embedded script, run by the Ruby of this machine's Puppet.
#include "puppet/ral/worker.hpp"
#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>

namespace mco::puppet {
namespace {

TEST(WorkerWithPuppet, AnswersAboutThisMachine) {
    if (!std::filesystem::exists("/usr/bin/puppet"))
        GTEST_SKIP() << "puppet is not installed";
    const system::TemporaryDirectory directory;
    Settings puppet;
    puppet.command = {"/usr/bin/puppet",
                      "agent",
                      "--confdir=" + directory / "conf",
                      "--vardir=" + directory / "var"};
    system::ScriptedRunner runner;
    system::Log log(std::make_unique<system::NullSink>(), system::Level::fatal);
    LocalPuppet local(puppet, runner, log);
    WorkerSettings settings;
    settings.directory = directory / "private";
    const system::RealClock clock;
    Worker worker(settings, local, clock, log);
    const auto deadline = clock.monotonic() + std::chrono::minutes(3);

    const auto greeting = worker.greeting(deadline);
    ASSERT_TRUE(greeting.has_value()) << greeting.error().message;
    EXPECT_EQ(greeting->libdir, directory / "var/lib");
    const auto root = worker.find("user", "root", deadline);
    ASSERT_TRUE(root.has_value()) << root.error().message;
    EXPECT_EQ(root->reference(), "User[root]");
    EXPECT_EQ(*root->parameters.find("uid"), Value(0));
    const auto preview =
        worker.apply({{"user", "root", {{"comment", "another"}}, {}, false}}, true, deadline);
    ASSERT_TRUE(preview.has_value()) << preview.error().message;
    ASSERT_EQ(preview->statuses.size(), 1u);
    EXPECT_TRUE(preview->statuses.front().out_of_sync && !preview->statuses.front().changed);
    EXPECT_EQ(worker.find("nosuch", "x", deadline).error(),
              (Error{Errc::invalid, "Could not find type nosuch"}));
}

}  // namespace
}  // namespace mco::puppet
