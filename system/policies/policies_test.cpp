#include "system/policies/policies.hpp"

#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::policies {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Keeps what is logged where the test can see it.
class Lines final : public system::LogSink {
  public:
    explicit Lines(std::vector<std::string>& lines) : lines_(lines) {}

    void write(system::Level /*level*/, std::string_view message) override {
        lines_.emplace_back(message);
    }

  private:
    std::vector<std::string>& lines_;
};

class Files : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    std::vector<std::string> lines_;
    system::Log log_{std::make_unique<Lines>(lines_), system::Level::warn};
    Settings settings_;
    std::unique_ptr<PolicyFiles> files_;
    Map facts_;
    std::vector<std::string> classes_;

    Files() {
        settings_.directory = directory_.path();
        ::chmod(directory_.path().c_str(), 0755);
    }

    std::string write(const std::string& name, const std::string& text, mode_t mode = 0644) {
        const auto path = directory_.write(name, text);
        ::chmod(path.c_str(), mode);
        return path;
    }

    Ruling decide(const std::string& agent = "service",
                  const std::string& collective = "mcollective") {
        if (!files_)
            files_ = std::make_unique<PolicyFiles>(settings_, log_);
        return files_->decide({agent, collective}, {"cert=a", {}, "stop"}, {facts_, classes_, {}});
    }
};

TEST_F(Files, WithoutAPolicyTheSettingDecides) {
    EXPECT_FALSE(decide().allowed);
    EXPECT_EQ(decide().rule, "there is no policy for service, and allow_unconfigured is off");
    settings_.allow_unconfigured = true;
    files_.reset();
    EXPECT_TRUE(decide().allowed);
    EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(Files, SayWhichLineDecided) {
    const auto path = write("service.policy", "# c\nallow\tcert=a\t*\t*\t*\n");
    EXPECT_TRUE(decide().allowed);
    EXPECT_EQ(decide().rule, path + ":2: allow  cert=a  *  *  *");
    EXPECT_EQ(decide("other").because, Ruling::Because::unconfigured);
    write("service.policy", "policy default deny\nallow\tcert=b\t*\t*\t*\n");
    EXPECT_EQ(decide().rule, path + ":1: policy default deny");
    write("service.policy", "allow\tcert=bcd\t*\t*\t*\n");
    EXPECT_EQ(decide().rule, path + ": no rule fits, and allow_unconfigured is off");
}

TEST_F(Files, ThoseOfACollectiveGoFirst) {
    write("service.policy", "policy default deny\n");
    write("uk/service.policy", "policy default allow\n");
    EXPECT_TRUE(decide("service", "uk").allowed);
    EXPECT_FALSE(decide("service", "mcollective").allowed);
    EXPECT_FALSE(decide("service", "uk.policy").allowed);
}

TEST_F(Files, TheDefaultIsForAgentsWithout) {
    write("fallback.policy", "policy default allow\n");
    write("service.policy", "policy default deny\n");
    EXPECT_FALSE(decide("other").allowed);
    settings_.enable_default = true;
    settings_.default_name = "fallback";
    files_.reset();
    EXPECT_TRUE(decide("other").allowed);
    EXPECT_FALSE(decide("service").allowed);
}

TEST_F(Files, GroupsAreShared) {
    write("groups", "ops cert=a\n");
    write("service.policy", "allow\tops\t*\t*\t*\n");
    EXPECT_TRUE(decide().allowed);
    write("groups", "ops cert=bb\n");
    EXPECT_FALSE(decide().allowed);
    const auto path = write("groups", "ops cert=a\nmore trusted:pp_role\n");
    EXPECT_FALSE(decide().allowed);
    EXPECT_THAT(decide().rule, testing::StartsWith(path + ":2: "));
    EXPECT_EQ(decide().because, Ruling::Because::refused);
}

TEST_F(Files, AreReadAgainWhenTheyChange) {
    write("service.policy", "policy default allow\n");
    EXPECT_TRUE(decide().allowed);
    write("service.policy", "policy default deny\n");
    EXPECT_FALSE(decide().allowed);
    std::filesystem::remove(directory_ / "service.policy");
    EXPECT_EQ(decide().because, Ruling::Because::unconfigured);
}

TEST_F(Files, OneLineThatIsNotUnderstoodDeniesAndIsLoggedOnce) {
    const auto path = write("service.policy", "policy default allow\nallow cert=a\n");
    const auto ruling = decide();
    EXPECT_FALSE(ruling.allowed);
    EXPECT_EQ(ruling.because, Ruling::Because::refused);
    EXPECT_THAT(ruling.rule, testing::StartsWith(path + ":2: "));
    decide();
    EXPECT_THAT(lines_, ElementsAre(HasSubstr(path + ":2: ")));
    write("service.policy", "policy default allow\nallow cert=abc\n");
    decide();
    EXPECT_THAT(lines_, SizeIs(2));
    write("service.policy", "policy default allow\n");
    EXPECT_TRUE(decide().allowed);
    EXPECT_THAT(lines_, SizeIs(2));
}

TEST_F(Files, ThatOthersCanWriteAreRefusedUntilTheyCannot) {
    const auto path = write("service.policy", "policy default allow\n", 0664);
    EXPECT_FALSE(decide().allowed);
    EXPECT_THAT(decide().rule, HasSubstr("can be written by others"));
    ::chmod(path.c_str(), 0666);
    EXPECT_FALSE(decide().allowed);
    ::chmod(path.c_str(), 0640);
    EXPECT_TRUE(decide().allowed);
}

TEST_F(Files, InADirectoryThatOthersCanWriteAreRefused) {
    write("service.policy", "policy default allow\n");
    ::chmod(directory_.path().c_str(), 0777);
    EXPECT_FALSE(decide().allowed);
    EXPECT_THAT(decide().rule, HasSubstr(directory_.path() + " can be written by others"));
}

TEST_F(Files, OfOthersAreRefused) {
    const auto path = write("service.policy", "policy default allow\n");
    if (::chown(path.c_str(), 12345, 12345) != 0)
        GTEST_SKIP() << "only root can give files away";
    EXPECT_FALSE(decide().allowed);
    EXPECT_THAT(decide().rule, HasSubstr("belongs to user 12345"));
}

TEST_F(Files, ThatCannotBeReadAreNotAbsent) {
    settings_.allow_unconfigured = true;
    std::filesystem::create_directory(directory_ / "service.policy");
    EXPECT_FALSE(decide().allowed);
    std::filesystem::create_symlink("/nonexistent/x", directory_ / "other.policy");
    EXPECT_FALSE(decide("other").allowed);
    EXPECT_EQ(decide("other").because, Ruling::Because::refused);
    decide("other");
    EXPECT_THAT(lines_, SizeIs(2));
}

TEST_F(Files, NamesThatLeadElsewhereAreRefused) {
    settings_.allow_unconfigured = true;
    for (const char* name : {"../escaped", "a/b", "", ".", "..", ".hidden", "a\nb"}) {
        EXPECT_FALSE(decide(name).allowed) << name;
        EXPECT_FALSE(decide("service", name).allowed) << name;
    }
    settings_.enable_default = true;
    settings_.default_name = "../x";
    files_.reset();
    EXPECT_FALSE(decide().allowed);
}

TEST(PolicySettings, AreSwitches) {
    const std::vector<std::pair<std::string, bool>> cases = {{"1", true},
                                                             {"yes", true},
                                                             {"TRUE", true},
                                                             {"on", true},
                                                             {"y", true},
                                                             {"0", false},
                                                             {"no", false},
                                                             {"off", false},
                                                             {"false", false},
                                                             {"anything", false},
                                                             {"maybe", false}};
    for (const auto& [value, expected] : cases) {
        config::Config config;
        config.file = "/etc/mcollective/server.cfg";
        config.plugin["actionpolicy.allow_unconfigured"] = {value, "server.cfg:3"};
        const auto settings = read_settings(config);
        EXPECT_EQ(settings.allow_unconfigured, expected) << value;
        EXPECT_EQ(settings.directory, "/etc/mcollective/policies");
        const bool strange = value == "anything" || value == "maybe";
        ASSERT_EQ(settings.warnings.size(), strange ? 1U : 0U) << value;
        if (strange) {
            EXPECT_THAT(settings.warnings[0], testing::StartsWith("server.cfg:3: plugin.action"));
        }
    }
}

}  // namespace
}  // namespace mco::policies
