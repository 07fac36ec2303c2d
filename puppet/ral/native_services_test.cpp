#include "core/serializer/json.hpp"
#include "puppet/ral/native.hpp"
#include "system/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A systemd that knows the answers to whole commands.
class Systemd final : public system::Runner {
  public:
    std::map<std::string, system::Finished> answers;
    std::vector<system::Command> ran;

    Expected<system::Finished> run(const system::Command& command) override {
        ran.push_back(command);
        std::string line;
        for (const auto& word : command.argv)
            line += (line.empty() ? "" : " ") + word;
        const auto found = answers.find(line);
        if (found == answers.end())
            return fail(Errc::not_found, "nobody answers: " + line);
        return found->second;
    }

    Expected<pid_t> start_detached(const system::Command&) override {
        return fail(Errc::io, "nothing is started here");
    }
};

constexpr const char* list_units =
    "systemctl list-unit-files --type service --full --all --no-pager";

class NativeServices : public testing::Test {
  protected:
    std::vector<std::string> read(const std::string& title = "") {
        std::vector<std::string> lines;
        const auto add = [&](const ral::Resource& resource) {
            EXPECT_EQ(resource.type, "service");
            lines.push_back(resource.title + ' ' + serializer::encode_json(resource.parameters));
        };
        if (title.empty()) {
            const auto all = native_.read("service", deadline_);
            if (!all)
                return {all.error().message};
            for (const auto& resource : *all)
                add(resource);
        } else {
            const auto one = native_.read("service", title, deadline_);
            if (!one)
                return {one.error().message};
            if (*one)
                add(**one);
        }
        return lines;
    }

    Systemd systemd_;
    system::FixedClock clock_;
    Monotonic deadline_ = clock_.monotonic() + std::chrono::milliseconds(1234);
    NativeReading native_{true, systemd_, clock_, "/"};
};

TEST_F(NativeServices, ComeFromTwoQuestions) {
    systemd_.answers[list_units] = {0,
                                    0,
                                    "UNIT FILE             STATE           PRESET\n"
                                    "a-static.service      static          -\n"
                                    "alias.service         alias           -\n"
                                    "bad.service           bad             enabled\n"
                                    "cron.service          enabled         enabled\n"
                                    "generated.service     generated       -\n"
                                    "getty@.service        enabled         enabled\n"
                                    "indirect.service      indirect        disabled\n"
                                    "masked.service        masked          disabled\n"
                                    "reload.service        disabled        enabled\n"
                                    "runtime.service       enabled-runtime enabled\n"
                                    "user@1000.service     static          -\n"
                                    "\n"
                                    "11 unit files listed.\n",
                                    "",
                                    false};
    systemd_.answers
        ["systemctl is-active -- a-static.service bad.service cron.service "
         "indirect.service masked.service reload.service user@1000.service"] = {
        3, 0, "active\ninactive\nactive\nfailed\nactivating\nreloading\nunknown\n", "", false};
    EXPECT_THAT(read(),
                ElementsAre(R"(a-static.service {"ensure":"running","enable":"true"})",
                            R"(bad.service {"ensure":"stopped","enable":"false"})",
                            R"(cron.service {"ensure":"running","enable":"true"})",
                            R"(getty@.service {"ensure":"stopped","enable":"true"})",
                            R"(indirect.service {"ensure":"stopped","enable":"false"})",
                            R"(masked.service {"ensure":"stopped","enable":"false"})",
                            R"(reload.service {"ensure":"running","enable":"false"})",
                            R"(user@1000.service {"ensure":"stopped","enable":"true"})"));
    ASSERT_EQ(systemd_.ran.size(), 2U);
    for (const auto& command : systemd_.ran) {
        EXPECT_EQ(command.environment.at("LC_ALL"), "C.UTF-8");
        EXPECT_EQ(command.timeout, std::chrono::milliseconds(1234));
    }
}

TEST_F(NativeServices, MayBeNone) {
    systemd_.answers[list_units] = {0, 0, "0 unit files listed.\n", "", false};
    EXPECT_THAT(read(), IsEmpty());
}

TEST_F(NativeServices, AreNotGuessedWhereSystemdDoesNotAnswer) {
    systemd_.answers[list_units] = {1, 0, "", "Failed to connect to bus: gone\nmore\n", false};
    EXPECT_THAT(read(), ElementsAre("systemctl lists no services: Failed to connect to bus: gone"));
    systemd_.answers[list_units] = {0, 0, "a.service static -\nb.service static -\n", "", false};
    systemd_.answers["systemctl is-active -- a.service b.service"] = {
        1, 0, "active\n", "Connection timed out\n", false};
    EXPECT_THAT(read(), ElementsAre(HasSubstr("every service: Connection timed out")));
    systemd_.answers["systemctl is-active -- a.service b.service"] = {
        0, 0, "active\nactive\n", "", true};
    EXPECT_THAT(read(), ElementsAre(HasSubstr("more than is read")));
    deadline_ = clock_.monotonic();
    EXPECT_THAT(read(), ElementsAre(HasSubstr("in time")));
}

TEST_F(NativeServices, AreAskedForAlone) {
    const auto answer =
        [&](const std::string& title, system::Finished enabled, system::Finished active) {
            systemd_.answers["systemctl is-enabled -- " + title] = std::move(enabled);
            systemd_.answers["systemctl is-active -- " + title] = std::move(active);
            return read(title);
        };
    EXPECT_THAT(answer("cron", {0, 0, "enabled\n", "", false}, {0, 0, "active\n", "", false}),
                ElementsAre(R"(cron {"ensure":"running","enable":"true"})"));
    EXPECT_THAT(answer("a.service", {0, 0, "static\n", "", false}, {3, 0, "failed\n", "", false}),
                ElementsAre(R"(a.service {"ensure":"stopped","enable":"true"})"));
    EXPECT_THAT(answer("a.service", {1, 0, "masked\n", "", false}, {3, 0, "inactive\n", "", false}),
                ElementsAre(R"(a.service {"ensure":"stopped","enable":"false"})"));
    EXPECT_THAT(answer("a.service", {0, 0, "indirect\n", "", false}, {0, 0, "active\n", "", false}),
                ElementsAre(R"(a.service {"ensure":"running","enable":"false"})"));
    EXPECT_THAT(answer("t@.service", {0, 0, "enabled\n", "", false}, {1, 0, "", "no\n", false}),
                ElementsAre(R"(t@.service {"ensure":"stopped","enable":"true"})"));
    EXPECT_THAT(answer("none", {1, 0, "", "Failed to get unit file state\n", false}, {}),
                IsEmpty());
    EXPECT_THAT(answer("none", {4, 0, "not-found\n", "", false}, {}), IsEmpty());
    EXPECT_THAT(answer("-x", {1, 0, "disabled\n", "", false}, {3, 0, "inactive\n", "", false}),
                ElementsAre(R"(-x {"ensure":"stopped","enable":"false"})"));
}

}  // namespace
}  // namespace mco::puppet
