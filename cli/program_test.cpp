#include "cli/program.hpp"

#include "cli/broker_link.hpp"
#include "cli/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>

#include <unistd.h>

namespace mco::cli {
namespace {

using testing::RecordedScreen;

struct ChoiceCase {
    std::vector<std::string> argv;
    std::string name;
    std::vector<std::string> words;
};

TEST(Choose, TakesTheFirstWordOrTheNameOfALink) {
    const ChoiceCase cases[] = {
        {{"mco"}, "", {}},
        {{"mco", "ping", "-v"}, "ping", {"-v"}},
        {{"mco", "--help"}, "", {"--help"}},
        {{"mco", "-h"}, "-h", {}},
        {{"/usr/bin/mc-ping", "-v"}, "ping", {"-v"}},
        {{"/usr/bin/mc-ping"}, "ping", {}},
        {{"/opt/mc-1/mco", "find"}, "find", {}},
        {{}, "", {}},
    };
    for (const auto& [argv, name, words] : cases) {
        const auto chosen = choose(argv);
        EXPECT_EQ(chosen.name, name);
        EXPECT_EQ(chosen.words, words);
    }
}

TEST(FailureText, PromisesNothingOfVerbose) {
    const Error error{Errc::invalid, "invalid option: --x"};
    EXPECT_EQ(failure_text("rpc", error, {true}),
              "\nThe \x1b[1mrpc\x1b[0m application failed to run: \x1b[31minvalid option: "
              "--x\x1b[0m\n");
    EXPECT_EQ(failure_text("rpc", error, {false}),
              "\nThe rpc application failed to run: invalid option: --x\n");
}

TEST(NoConnection, NamesBrokersReasonAndFile) {
    config::Config config;
    config.file = "/etc/client.cfg";
    config.plugin["activemq.pool.1.host"] = {"a.test", ""};
    config.plugin["activemq.pool.1.port"] = {"6163", ""};
    config.plugin["activemq.pool.2.host"] = {"b.test", ""};
    const auto text = no_connection(config, std::chrono::milliseconds(4500), "Connection refused");
    for (const auto* part :
         {"4.5 seconds", "a.test:6163, b.test:61613", "Connection refused", "/etc/client.cfg"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

struct Shown {
    int code;
    std::string out;
    std::string err;
};

class Program : public ::testing::Test {
  protected:
    /// `mco WORDS…` with a configuration that leads nowhere.
    Shown run(std::vector<std::string> words, std::map<std::string, std::string> variables = {}) {
        words.insert(words.begin(), "mco");
        RecordedScreen screen;
        const auto environment = [&](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
        const int code = run_program(words, environment, make_commands(), screen);
        return {code, screen.out_text, screen.err_text};
    }

    std::string configured(const std::string& more = "") {
        return folder_.write("client.cfg",
                             "securityprovider = psk\nplugin.psk = x\nidentity = here\n"
                             "logger_type = console\nloglevel = error\n" +
                                 more);
    }

    system::TemporaryDirectory folder_;
};

TEST_F(Program, PrintsItsVersionWithoutLookingAtAnythingElse) {
    const auto shown = run({"ping", "--version", "-c", "/nonexistent"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out, "mco " + std::string(version()) + "\n");
}

/// `mco package install NAME --version V`.
TEST_F(Program, LeavesVersionToCommandsThatHaveSuchAnOption) {
    EXPECT_EQ(run({"package", "--version"}).out, "mco " + std::string(version()) + "\n");
    const auto shown = run({"package", "install", "nano", "-c", configured(), "--version"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out, "");
    EXPECT_NE(shown.err.find("missing argument: --version"), std::string::npos) << shown.err;
}

TEST_F(Program, ShowsTheTableOfCommands) {
    for (const auto& words : {std::vector<std::string>{}, {"--help"}}) {
        const auto shown = run(words, {{"HOME", folder_.path()}});
        EXPECT_EQ(shown.out.find("The Marionette Collective version "), 0u) << shown.err;
        EXPECT_NE(shown.out.find("usage: mco command <options>"), std::string::npos);
    }
}

TEST_F(Program, KnowsWhatItDoesNotKnow) {
    const auto shown = run({"pingg", "-c", configured("libdir = /usr/share/x\n")});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.out.find(
                  "Unknown command 'pingg', searched for applications in:\n\n   /usr/share/x\n"),
              std::string::npos);
    EXPECT_NE(shown.out.find("Did you mean 'ping'?"), std::string::npos);
    EXPECT_EQ(shown.err, "");
}

TEST_F(Program, ReportsABadConfiguration) {
    const auto shown = run({"ping", "-c", configured("ttl = soon\n")});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.err.find("client.cfg:6: "), std::string::npos) << shown.err;
}

TEST_F(Program, SaysHowToBeginWithoutAConfiguration) {
    const auto shown = run({"ping", "-c", folder_.path() + "/none.cfg"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.err.find("/none.cfg"), std::string::npos);
    EXPECT_NE(shown.err.find("plugin.activemq.pool.1.host"), std::string::npos);
}

TEST_F(Program, FindsItsConfigurationInTheExtraOptions) {
    const auto path = configured();
    const auto shown =
        run({"find", "-I", "n1"}, {{"MCOLLECTIVE_EXTRA_OPTS", "--config=" + path + " -v"}});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out, "n1\n");
    EXPECT_NE(shown.err.find("Discovered 1 nodes in "), std::string::npos);
    EXPECT_EQ(run({"find"}, {{"MCOLLECTIVE_EXTRA_OPTS", "'open"}}).code, 1);
}

TEST_F(Program, ShowsTheHelpScreenOfAnApplicationWithCodeOne) {
    const auto shown = run({"rpc", "-h", "-c", configured()});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.out.find("Usage: mco rpc "), std::string::npos);
    EXPECT_EQ(shown.err, "");
    EXPECT_EQ(run({"help", "rpc", "-c", configured()}).out, shown.out);
}

TEST_F(Program, HasNoOptionsOfLaterReleases) {
    const auto shown = run({"find", "--fuzz", "5", "-c", configured("color = 0\n")});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.err, "\nThe find application failed to run: invalid option: --fuzz\n");
    EXPECT_EQ(run({"find", "-v", "--fuzz", "5", "-c", configured("color = 0\n")}).err, shown.err);
}

TEST_F(Program, PaintsIntoPipesOnlyWhenForcedTo) {
    const auto painted = [this](const std::map<std::string, std::string>& variables) {
        return run({"facts", "-c", configured()}, variables).err.find('\x1b') != std::string::npos;
    };
    EXPECT_EQ(painted({}), isatty(STDERR_FILENO) == 1);
    EXPECT_FALSE(painted({{"CLICOLOR_FORCE", "0"}, {"NO_COLOR", "1"}}));
    EXPECT_TRUE(painted({{"CLICOLOR_FORCE", "1"}}));
    EXPECT_FALSE(painted({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}));
}

TEST_F(Program, SaysWhatToDoWhenTheBrokerIsAway) {
    // Port 1 is reserved; nobody listens there.
    const auto path = configured(
        "plugin.activemq.pool.size = 1\nplugin.activemq.pool.1.host = 127.0.0.1\n"
        "plugin.activemq.pool.1.port = 1\nplugin.activemq.pool.1.user = u\n"
        "plugin.activemq.pool.1.password = p\n");
    const auto shown = run({"ping", "-c", path, "--connection-timeout", "1"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.err.find("127.0.0.1:1"), std::string::npos) << shown.err;
    EXPECT_NE(shown.err.find("refused"), std::string::npos) << shown.err;
    EXPECT_EQ(shown.out, "");
}

}  // namespace
}  // namespace mco::cli
