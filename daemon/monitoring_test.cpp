#include "daemon/monitoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Expected<Monitoring::Settings> settings_of(const std::string& name,
                                           const std::string& value,
                                           const std::optional<std::string>& option = {}) {
    config::Config config;
    config.plugin["daemon." + name] = {value, "server.cfg:3"};
    return Monitoring::settings(config, option);
}

TEST(MonitoringSettings, AreOffByThemselves) {
    const auto settings = Monitoring::settings(config::Config(), std::nullopt).value();
    EXPECT_EQ(settings.status_file, std::nullopt);
    EXPECT_EQ(settings.metrics, std::nullopt);
    EXPECT_EQ(settings.status_interval, std::chrono::seconds(10));
}

TEST(MonitoringSettings, AreReadAndTheCommandLineWins) {
    EXPECT_EQ(settings_of("status_file", "/run/a.json")->status_file, "/run/a.json");
    EXPECT_EQ(settings_of("status_file", "/run/a.json", "/run/b.json")->status_file, "/run/b.json");
    EXPECT_EQ(settings_of("status_interval", "60")->status_interval, std::chrono::seconds(60));
    const metrics::Address port = metrics::LoopbackPort{"127.0.0.1", 9464};
    EXPECT_EQ(settings_of("metrics", "127.0.0.1:9464")->metrics, port);
}

TEST(MonitoringSettings, NameWhatIsWrongWithThem) {
    const std::pair<const char*, const char*> wrong[] = {{"metrics", "0.0.0.0:9464"},
                                                         {"metrics", "node1:9464"},
                                                         {"metrics", "9464"},
                                                         {"status_interval", "0"},
                                                         {"status_interval", "86401"},
                                                         {"status_interval", "soon"},
                                                         {"status_file", "status.json"}};
    for (const auto& [name, value] : wrong) {
        const auto settings = settings_of(name, value);
        ASSERT_FALSE(settings) << name << " = " << value;
        EXPECT_THAT(settings.error().message, AllOf(HasSubstr("server.cfg:3"), HasSubstr(name)));
    }
    EXPECT_EQ(settings_of("metrics", "0.0.0.0:9464").error().code, Errc::denied);
}

}  // namespace
}  // namespace mco::daemon
