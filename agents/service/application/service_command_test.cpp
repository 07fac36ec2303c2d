// Whole screens of `mco service` against simulated nodes, and its completion.
#include "cli/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::agents {

cli::Application make_service_command();

}  // namespace mco::agents

namespace mco::services::application {
namespace {

using cli::testing::Shown;
using client::testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* question = "Do you really want to operate on services unfiltered? (y/n): ";

client::testing::Behaviour says(std::string status, std::string message = "OK") {
    return [status = std::move(status), message = std::move(message)](const rpc::CallBody&) {
        return rpc::Output{rpc::Status::ok, message, Map{{"status", status}}};
    };
}

client::testing::Behaviour fails(std::string message) {
    return [message = std::move(message)](const rpc::CallBody&) {
        return rpc::Output{rpc::Status::aborted, message, Map{{"status", "stopped"}}};
    };
}

Fleet three(client::testing::Behaviour third = says("stopped")) {
    return Fleet({{"db1.lab.test", {}, says("running")},
                  {"web1.lab.test", {}, says("running")},
                  {"web10.lab.test", {}, std::move(third)}});
}

/// Sorted and without the bar, whose drawing depends on time.
Shown run(Fleet& fleet,
          std::vector<std::string> words,
          const std::optional<std::string>& piped = {},
          const std::optional<std::string>& answer = {}) {
    words.insert(words.end(), {"--np", "--sort"});
    return cli::testing::run_command(
        fleet, agents::make_service_command(), std::move(words), piped, answer);
}

/// The screen with what depends on time cut off.
std::string above_statistics(const Shown& shown) {
    return shown.out.substr(0, shown.out.find(" hosts in "));
}

TEST(ServiceCommand, ShowsTheStatusOfEveryNode) {
    auto fleet = three();
    const auto shown = run(fleet, {"nginx", "status"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(above_statistics(shown),
              "     db1.lab.test: running\n"
              "    web1.lab.test: running\n"
              "   web10.lab.test: stopped\n"
              "\n"
              "Summary of Service Status:\n"
              "\n"
              "   running = 2\n"
              "   stopped = 1\n"
              "\n"
              "\n"
              "Finished processing 3 / 3");
    const auto* data = fleet.seen.back().claims.body.find("data");
    EXPECT_EQ(*data->find("service"), Value("nginx"));
}

TEST(ServiceCommand, TellsOfNodesThatKnowNoSuchService) {
    auto fleet = three(says("stopped", "no such service"));
    EXPECT_THAT(run(fleet, {"status", "ngnix"}).out,
                HasSubstr("   web10.lab.test: stopped (no such service)\n"));
}

TEST(ServiceCommand, ShowsWhoDidNotComeOutAsItShould) {
    for (const auto* action : {"start", "restart"}) {
        auto fleet = three();
        const auto shown = run(fleet, {"nginx", action, "-y"});
        EXPECT_EQ(shown.code, 0) << shown.err;
        EXPECT_THAT(shown.out,
                    StartsWith("   web10.lab.test: stopped\n\nSummary of Service Status:\n"))
            << action;
    }
    auto fleet = three();
    EXPECT_THAT(
        run(fleet, {"nginx", "stop", "-y"}).out,
        StartsWith("     db1.lab.test: running\n    web1.lab.test: running\n\nSummary of "));
}

TEST(ServiceCommand, ShowsFailuresInAllTheirLines) {
    auto fleet = three(fails("Could not start 'nginx': Job failed.\ncannot bind \x1b[31m80"));
    const auto shown = run(fleet, {"start", "nginx", "-y"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.out,
                StartsWith("   web10.lab.test: Could not start 'nginx': Job failed.\n"
                           "                   cannot bind \\x1b[31m80\n\n"))
        << "and no escape sequence of somebody's journal";
}

TEST(ServiceCommand, ShowsEverybodyWithMoreWords) {
    auto fleet = three(fails("Could not stop 'nginx': Service is already stopped"));
    const auto shown = run(fleet, {"nginx", "stop", "-y", "-v"});
    EXPECT_THAT(
        shown.out,
        StartsWith("     db1.lab.test: running\n"
                   "    web1.lab.test: running\n"
                   "   web10.lab.test: Could not stop 'nginx': Service is already stopped\n\n"));
    EXPECT_THAT(shown.out, HasSubstr("---- stop Service results ----\n"));
}

TEST(ServiceCommand, TakesBothOrders) {
    for (const auto& words : {std::vector<std::string>{"status", "nginx"},
                              std::vector<std::string>{"nginx", "status"},
                              std::vector<std::string>{"status", "stop"}}) {
        auto fleet = three();
        EXPECT_EQ(run(fleet, words).code, 0);
        const auto& body = fleet.seen.back().claims.body;
        EXPECT_EQ(*body.find("action"), Value("status"));
        EXPECT_EQ(*body.find("data")->find("service"),
                  Value(words[1] == "stop" ? "stop" : "nginx"));
    }
}

TEST(ServiceCommand, AsksBeforeItChangesEveryNode) {
    for (const auto* action : {"start", "stop", "restart"}) {
        auto fleet = three();
        const auto no = run(fleet, {"nginx", action}, {}, "n");
        EXPECT_EQ(no.code, 1);
        EXPECT_EQ(no.out, question);
        EXPECT_EQ(no.err, "");
        EXPECT_TRUE(fleet.seen.empty()) << action;
        EXPECT_EQ(run(fleet, {"nginx", action}, {}, "").code, 1) << "the end of input means no";
        const auto yes = run(fleet, {"nginx", action}, {}, "Yes");
        EXPECT_EQ(yes.code, 0) << yes.err;
        EXPECT_THAT(yes.out, StartsWith(question));
        EXPECT_EQ(*fleet.seen.back().claims.body.find("action"), Value(action));
    }
}

TEST(ServiceCommand, DoesNotAskWithoutNeed) {
    auto fleet = three();
    for (const auto& words : {std::vector<std::string>{"nginx", "stop", "-y"},
                              std::vector<std::string>{"nginx", "stop", "-I", "web1.lab.test"},
                              std::vector<std::string>{"nginx", "status"}}) {
        const auto shown = run(fleet, words, {}, "n");
        EXPECT_EQ(shown.code, 0) << shown.err;
        EXPECT_EQ(shown.out.find(question), std::string::npos);
    }
}

TEST(ServiceCommand, IsForProgramsToo) {
    auto fleet = three();
    const auto shown = run(fleet, {"nginx", "status", "--json", "-I", "web10.lab.test"});
    EXPECT_EQ(shown.out,
              R"([{"agent":"service","action":"status","sender":"web10.lab.test","statuscode":0,)"
              R"("statusmsg":"OK","data":{"status":"stopped"}}])"
              "\n");
}

TEST(ServiceCommand, ShowsNothingWhereNobodyIs) {
    Fleet fleet({});
    const auto shown = run(fleet, {"nginx", "status", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.out, HasSubstr("Finished processing 0 / 0 hosts in "));
    EXPECT_THAT(shown.err, HasSubstr("we did not discover any nodes"));
}

TEST(ServiceCommand, RefusesBadUse) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{}, "Please specify service name and action"},
        {{"nginx"}, "Please specify service name and action"},
        {{"status"}, "Please specify service name and action"},
        {{"nginx", "explode"}, "Action has to be one of start, stop, restart or status"},
        {{"a;b", "start"}, "Cannot validate input service: "},
        {{"start", "--", "-h"}, "Cannot validate input service: "},
        {{"start", std::string(91, 'x')}, "Cannot validate input service: "},
    };
    auto fleet = three();
    for (const auto& [words, error] : cases) {
        auto line = words;
        const bool closed = std::find(line.begin(), line.end(), "--") != line.end();
        if (!closed)
            line.emplace_back("-y");
        const auto shown = cli::testing::run_command(fleet, agents::make_service_command(), line);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_THAT(shown.err, StartsWith(error));
        EXPECT_EQ(shown.connections, 0) << error;
    }
    EXPECT_TRUE(fleet.seen.empty());
}

std::vector<std::string> completed(const std::vector<std::string>& words) {
    return cli::testing::completed(cli::Commands({agents::make_service_command()}), words);
}

TEST(ServiceCompletion, KnowsTheActionsThatTheHelpScreenLists) {
    const auto actions = completed({"service", ""});
    EXPECT_EQ(actions.size(), 4U);
    const auto usages = agents::make_service_command().usages();
    for (const auto& word : actions)
        EXPECT_NE(usages.back().find("    " + word + ' '), std::string::npos) << word;
    EXPECT_EQ(completed({"service", "nginx", ""}), actions);
    EXPECT_THAT(completed({"service", "start", ""}), IsEmpty());
    EXPECT_THAT(completed({"service", "nginx", "start", ""}), IsEmpty());
}

}  // namespace
}  // namespace mco::services::application
