#include "broker/trial.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mco::broker {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(BrokerTrial, SaysNothingOfWhatCanBeMadeAndMakesNothing) {
    const system::TemporaryDirectory directory;
    Settings settings;
    EXPECT_THAT(try_files(settings).problems, IsEmpty());
    settings.status_file = directory / "status.json";
    settings.port_file = directory / "ports";
    settings.pid_file = directory / "pid";
    settings.metrics = metrics::SocketPath{directory / "metrics"};
    const auto trial = try_files(settings);
    EXPECT_THAT(trial.problems, IsEmpty());
    EXPECT_THAT(trial.warnings, IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(BrokerTrial, NamesTheSettingAndThePath) {
    const system::TemporaryDirectory directory;
    Settings settings;
    settings.status_file = directory / "none/status.json";
    settings.port_file = directory / "none/ports";
    settings.pid_file = directory / "none/pid";
    settings.metrics = metrics::SocketPath{directory / "none/metrics"};
    EXPECT_THAT(try_files(settings).problems,
                ElementsAre(AllOf(HasSubstr("status-file = "), HasSubstr(directory / "none")),
                            HasSubstr("port-file = "),
                            HasSubstr("pid-file = "),
                            HasSubstr("metrics = ")));
}

TEST(BrokerTrial, OnlyWarnsOfFoldersThatComeWithTheService) {
    Settings settings;
    settings.status_file = "/run/no-such-service-here/status.json";
    settings.metrics = metrics::LoopbackPort{"127.0.0.1", 9464};
    const auto trial = try_files(settings);
    EXPECT_THAT(trial.problems, IsEmpty());
    EXPECT_THAT(trial.warnings, ElementsAre(HasSubstr("/run/no-such-service-here")));
}

}  // namespace
}  // namespace mco::broker
