#include "broker/settings.hpp"

#include "broker/command_line.hpp"
#include "broker/counters.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::broker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Expected<Settings> settings_of(std::vector<std::string> arguments) {
    MCO_TRY(invocation, parse_command_line(std::move(arguments)));
    return load_settings(invocation);
}

std::string refusal_of(std::vector<std::string> arguments) {
    const auto settings = settings_of(std::move(arguments));
    return settings ? "accepted" : settings.error().message;
}

TEST(Settings, Defaults) {
    const auto settings = settings_of({});
    ASSERT_TRUE(settings.has_value());
    EXPECT_THAT(settings->endpoints, ElementsAre(Endpoint{"127.0.0.1", "61613", false}));
    EXPECT_GE(settings->session.max_queue, 16u << 20u);
    EXPECT_EQ(settings->session.heartbeat, 10s);
    EXPECT_EQ(settings->log_level, system::Level::info);
}

TEST(Settings, OptionsOfEveryKind) {
    const auto settings = settings_of({"--listen=127.0.0.1:1",
                                       "--listen",
                                       "[::1]:2",
                                       "--max-frame",
                                       "2M",
                                       "--max-queue=64M",
                                       "--heartbeat",
                                       "2.5",
                                       "--max-connections",
                                       "7",
                                       "--log-level",
                                       "debug",
                                       "--status-file",
                                       "/x",
                                       "--metrics",
                                       "127.0.0.1:9465",
                                       "--users",
                                       "/u"});
    ASSERT_TRUE(settings.has_value());
    const metrics::Address metrics = metrics::LoopbackPort{"127.0.0.1", 9465};
    EXPECT_EQ(settings->metrics, metrics);
    EXPECT_THAT(settings->endpoints,
                ElementsAre(Endpoint{"127.0.0.1", "1", false}, Endpoint{"::1", "2", false}));
    EXPECT_EQ(settings->session.max_frame, 2u << 20u);
    EXPECT_EQ(settings->session.max_queue, 64u << 20u);
    EXPECT_EQ(settings->session.heartbeat, 2500ms);
    EXPECT_EQ(settings->max_connections, 7u);
    EXPECT_EQ(settings->log_level, system::Level::debug);
    EXPECT_EQ(settings->status_file, "/x");
    EXPECT_EQ(settings->users, "/u");
}

TEST(Settings, FiguresAreForThisMachine) {
    const auto open = settings_of({"--metrics", "0.0.0.0:9465"});
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().code, Errc::denied);
    EXPECT_THAT(open.error().message, testing::HasSubstr("--metrics: metrics = 0.0.0.0:9465: "));
    EXPECT_EQ(settings_of({})->metrics, std::nullopt);
}

TEST(Settings, TheQueueHoldsAtLeastOneFrame) {
    const auto settings = settings_of({"--max-frame", "2M", "--max-queue", "1M"});
    EXPECT_GT(settings->session.max_queue, 2u << 20u);
}

TEST(Settings, TheNetworkNeedsUsersOrCertificates) {
    EXPECT_THAT(refusal_of({"--listen", "0.0.0.0:1"}), HasSubstr("let everybody in"));
    EXPECT_THAT(refusal_of({"--listen", "broker.example.com:1"}), HasSubstr("let everybody in"));
    EXPECT_THAT(refusal_of({"--listen",
                            "none",
                            "--tls-listen",
                            "0.0.0.0:1",
                            "--cert",
                            "c",
                            "--key",
                            "k",
                            "--ca",
                            "a",
                            "--client-certs",
                            "optional",
                            "--rights",
                            "everything"}),
                HasSubstr("let everybody in"));
    EXPECT_EQ(refusal_of({"--listen",
                          "none",
                          "--tls-listen",
                          "0.0.0.0:1",
                          "--cert",
                          "c",
                          "--key",
                          "k",
                          "--ca",
                          "a",
                          "--client-certs",
                          "required"}),
              "accepted");
    EXPECT_EQ(refusal_of({"--listen", "0.0.0.0:1", "--users", "u"}), "accepted");
    EXPECT_EQ(refusal_of({"--listen", "localhost:1"}), "accepted");
}

/// Options that make a broker listen with TLS only, and some more.
std::vector<std::string> with_tls(const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "--tls-listen", "0.0.0.0:1", "--cert", "c", "--key", "k", "--ca", "a"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(Settings, RightsFollowFromCertificatesWhereTheyAreAskedForAndNoUsersAreGiven) {
    const auto derived = settings_of(with_tls({"--client-certs", "required"}));
    ASSERT_TRUE(derived.has_value()) << derived.error().message;
    EXPECT_EQ(derived->rights, RightsSource::certificate);
    EXPECT_THAT(derived->callers, ElementsAre(".+\\.mcollective"));
    EXPECT_EQ(derived->endpoints.size(), 1u) << "nobody could log in without TLS";
    EXPECT_EQ(settings_of(with_tls({"--client-certs", "optional"}))->rights,
              RightsSource::certificate);
    EXPECT_EQ(settings_of(with_tls({"--client-certs", "required", "--users", "u"}))->rights,
              RightsSource::users);
    EXPECT_EQ(settings_of(with_tls({"--users", "u"}))->rights, RightsSource::users);
    EXPECT_EQ(settings_of({})->rights, RightsSource::nothing);
    const auto both = settings_of(
        with_tls({"--client-certs", "optional", "--users", "u", "--rights", "certificate"}));
    ASSERT_TRUE(both.has_value()) << both.error().message;
    EXPECT_EQ(both->rights, RightsSource::certificate);
    EXPECT_EQ(both->endpoints.size(), 2u) << "users may log in without TLS";
    const auto named =
        settings_of(with_tls({"--client-certs", "required", "--callers", "ops-[0-9]{1,3}, root"}));
    ASSERT_TRUE(named.has_value()) << named.error().message;
    EXPECT_THAT(named->callers, ElementsAre("ops-[0-9]{1,3}", "root"));
}

TEST(Settings, RightsThatCannotBeAreRefused) {
    EXPECT_THAT(refusal_of({"--rights", "none"}), HasSubstr("users, certificate or everything"));
    EXPECT_THAT(refusal_of({"--rights", "users"}), HasSubstr("needs a users file"));
    EXPECT_THAT(refusal_of({"--rights", "certificate"}), HasSubstr("needs tls-listen"));
    EXPECT_THAT(refusal_of(with_tls({"--rights", "certificate"})), HasSubstr("client-certs"));
    EXPECT_THAT(refusal_of({"--rights", "everything", "--users", "u"}), HasSubstr("contradict"));
    EXPECT_THAT(refusal_of({"--callers", "x"}), HasSubstr("only with rights = certificate"));
    EXPECT_THAT(refusal_of(with_tls({"--client-certs", "required", "--callers", "("})),
                HasSubstr("--callers: callers = (: "));
    EXPECT_THAT(refusal_of(with_tls({"--client-certs", "required", "--listen", "127.0.0.1:61613"})),
                HasSubstr("127.0.0.1:61613: nobody could log in there"));
}

TEST(Settings, MistakesAreNamed) {
    struct Case {
        std::vector<std::string> arguments;
        std::string_view message;
    };

    for (const Case& c :
         {Case{{"--listen", "61613"}, "--listen: listen = 61613: expected HOST:PORT"},
          Case{{"--listen", "::1:61613"}, "stands in brackets"},
          Case{{"--listen", "localhost:65536"}, "expected a number up to 65535"},
          Case{{"--listen", "none"}, "neither listen nor tls-listen"},
          Case{{"--max-frame", "2T"}, "--max-frame"},
          Case{{"--max-frame", "-1"}, "--max-frame"},
          Case{{"--heartbeat", "x"}, "expected seconds"},
          Case{{"--heartbeat", "nan"}, "expected seconds"},
          Case{{"--log-level", "loud"}, "expected debug, info, warn"},
          Case{{"--client-certs", "maybe"}, "expected none, optional or required"},
          Case{{"--tls-listen", "localhost:1"}, "tls-listen needs cert and key"},
          Case{{"--tls-listen",
                "localhost:1",
                "--cert",
                "c",
                "--key",
                "k",
                "--client-certs",
                "required"},
               "client-certs needs ca"},
          Case{{"--wrong"}, "invalid option: --wrong"},
          Case{{"--users"}, "missing argument: --users"},
          Case{{"--version=1"}, "needless argument: --version=1"},
          Case{{"stray"}, "unexpected argument: stray"},
          Case{{"--config", "/nonexistent"}, "/nonexistent"}})
        EXPECT_THAT(refusal_of(c.arguments), HasSubstr(c.message));
}

TEST(Settings, OptionsWinOverTheFile) {
    const system::TemporaryDirectory directory;
    const std::string file = directory.write("broker.cfg",
                                             "# a comment\n"
                                             "listen = 127.0.0.1:1\n"
                                             "  listen=127.0.0.1:2\n"
                                             "\n"
                                             "max-connections = 5\n"
                                             "log-level = warn\n");
    const auto from_file = settings_of({"--config", file});
    ASSERT_TRUE(from_file.has_value());
    EXPECT_EQ(from_file->endpoints.size(), 2u);
    EXPECT_EQ(from_file->max_connections, 5u);
    const auto both =
        settings_of({"--listen", "127.0.0.1:3", "--config", file, "--log-level", "error"});
    EXPECT_THAT(both->endpoints, ElementsAre(Endpoint{"127.0.0.1", "3", false}));
    EXPECT_EQ(both->max_connections, 5u);
    EXPECT_EQ(both->log_level, system::Level::error);
}

TEST(Settings, MistakesInTheFileAreNamedWithTheirLine) {
    const system::TemporaryDirectory directory;
    const std::string unknown = directory.write("a", "\nport = 1\n");
    EXPECT_THAT(refusal_of({"--config", unknown}),
                HasSubstr(unknown + ":2: there is no setting port"));
    const std::string formless = directory.write("b", "listen\n");
    EXPECT_THAT(refusal_of({"--config", formless}), HasSubstr(formless + ":1: expected"));
}

TEST(Settings, HelpTellsOfEverySetting) {
    const std::string help = help_text();
    for (const std::string_view name : setting_names())
        EXPECT_THAT(help, HasSubstr("--" + std::string(name) + " "));
    EXPECT_THAT(help, HasSubstr("--check-config "));
    EXPECT_EQ(parse_command_line({"--check-config", "--listen", "none"})->task,
              Invocation::Task::check_config);
    EXPECT_EQ(parse_command_line(std::vector<std::string>{"-h"})->task,
              Invocation::Task::show_help);
}

TEST(Counters, AreShownAsTextAndJson) {
    StatusReport report;
    report.version = "3.0.0";
    report.pid = 4711;
    report.counters.logins = 3;
    const std::string json = to_json(report);
    EXPECT_THAT(json, HasSubstr("\"pid\": 4711"));
    EXPECT_THAT(json, HasSubstr("\"logins\": 3,\n"));
    EXPECT_THAT(json, HasSubstr("\"bytes_held\": 0\n  }\n}\n"));
    EXPECT_THAT(to_text(report.counters), HasSubstr(" logins=3 logins_failed=0 "));
}

}  // namespace
}  // namespace mco::broker
