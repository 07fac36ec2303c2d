// Whole screens of `mco package` against simulated nodes, and its completion.
#include "cli/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::agents {

cli::Application make_package_command();

}  // namespace mco::agents

namespace mco::package::application {
namespace {

using cli::testing::Shown;
using client::testing::Fleet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

rpc::Output data(Map values) {
    return {rpc::Status::ok, "OK", std::move(values)};
}

rpc::Output installed(const rpc::CallBody& call) {
    if (call.action == "count")
        return data({{"output", "1212"}, {"exitcode", 0}});
    if (call.action == "refresh")
        return data({{"output", "Hit:1 x\nW: configured twice\n"}, {"exitcode", 0}});
    if (call.action == "checkupdates")
        return data({{"outdated_packages",
                      Array{Map{{"package", "curl"}, {"version", "7.88"}, {"repo", "Debian:12"}},
                            Map{{"package", "bash"}, {"version", "5.2"}, {"repo", "Debian:12"}}}}});
    if (call.action == "search")
        return data({{"package_count", 1},
                     {"available_packages",
                      Array{Map{{"package", "nano"}, {"version", "7.2"}, {"repo", "here"}}}}});
    return data({{"name", "nano"}, {"ensure", "2.4.1-3"}, {"arch", "amd64"}});
}

rpc::Output missing(const rpc::CallBody& call) {
    if (call.action == "status")
        return data({{"name", "nano"}, {"ensure", "absent"}});
    if (call.action == "checkupdates")
        return data({{"outdated_packages", Array{}}});
    if (call.action == "refresh")
        return data({{"output", "Hit:1 x\n"}, {"exitcode", 0}});
    return rpc::failure("Could not do it: E: one\nE: two");
}

Fleet estate() {
    return Fleet({{"db1.lab.test", {}, missing},
                  {"web1.lab.test", {}, installed},
                  {"web2.lab.test", {}, installed}});
}

Shown run(Fleet& fleet,
          std::vector<std::string> words,
          const std::optional<std::string>& answer = "n") {
    words.insert(words.end(), {"--np", "--sort"});
    return cli::testing::run_command(
        fleet, agents::make_package_command(), std::move(words), {}, answer);
}

/// Up to the times, which differ.
std::string upper_part(const Shown& shown) {
    return shown.out.substr(0, shown.out.find("Finished processing"));
}

TEST(Package, ShowsStates) {
    auto fleet = estate();
    const auto shown = run(fleet, {"status", "nano"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(upper_part(shown),
              "    db1.lab.test: absent\n"
              "   web1.lab.test: nano-2.4.1-3.amd64\n"
              "   web2.lab.test: nano-2.4.1-3.amd64\n"
              "\n"
              "Summary of Arch:\n\n   amd64 = 2\n\n"
              "Summary of Ensure:\n\n   2.4.1-3 = 2\n    absent = 1\n\n\n");
    const auto verbose = run(fleet, {"nano", "status", "-v"});
    EXPECT_THAT(verbose.out,
                ::testing::StartsWith("    db1.lab.test: absent\n"
                                      "   web1.lab.test: 2.4.1-3\n"));
    EXPECT_THAT(verbose.out, HasSubstr("---- status Package results ----\n"));
}

TEST(Package, ShowsFailuresOfChanges) {
    auto fleet = estate();
    const auto shown = run(fleet, {"install", "nano", "-y"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_EQ(upper_part(shown),
              "    db1.lab.test: Could not do it: E: one\n"
              "                  E: two\n"
              "\n"
              "Summary of Ensure:\n\n   2.4.1-3 = 2\n\n\n");
    EXPECT_THAT(run(fleet, {"install", "nano", "-y", "-v"}).out,
                HasSubstr("   web1.lab.test: 2.4.1-3\n"));
}

TEST(Package, ShowsWhatConcernsNoPackage) {
    auto fleet = estate();
    EXPECT_THAT(upper_part(run(fleet, {"count", "-I", "web1.lab.test"})),
                ::testing::StartsWith("   web1.lab.test: 1212\n\nSummary of Count:"));
    EXPECT_EQ(upper_part(run(fleet, {"checkupdates", "-y"})),
              "    db1.lab.test: none\n"
              "   web1.lab.test: curl 7.88, bash 5.2\n"
              "   web2.lab.test: curl 7.88, bash 5.2\n\n\n");
    EXPECT_THAT(run(fleet, {"checkupdates", "-y", "-v"}).out,
                HasSubstr("web1.lab.test: curl 7.88 (Debian:12), bash 5.2 (Debian:12)\n"));
    EXPECT_THAT(run(fleet, {"search", "nano", "-I", "web2.lab.test"}).out,
                HasSubstr("   web2.lab.test: nano 7.2\n"));
    EXPECT_EQ(upper_part(run(fleet, {"refresh", "-y"})),
              "   web1.lab.test: W: configured twice\n"
              "   web2.lab.test: W: configured twice\n\n\n");
}

TEST(Package, AsksBeforeItChangesWhatNoFilterChose) {
    auto fleet = estate();
    const auto refused = run(fleet, {"install", "nano"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(refused.out,
              "No filter says which nodes are meant: install nano on all of them? (y/n): ");
    EXPECT_EQ(refused.err, "");
    EXPECT_TRUE(fleet.seen.empty());
    EXPECT_EQ(run(fleet, {"install", "nano"}, "YES").code, 2) << "db1 cannot do it";
    EXPECT_FALSE(fleet.seen.empty());
    for (const auto* action : {"install", "uninstall", "purge", "update"})
        EXPECT_EQ(run(fleet, {"nano", action}).code, 1) << action;
    for (const auto* action : {"checkupdates", "refresh", "yum_clean", "apt_update"})
        EXPECT_EQ(run(fleet, {action}).code, 1) << action;
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"count"}, {"md5"}, {"status", "nano"}, {"search", "nano"}, {"refresh", "-C", "base"}})
        EXPECT_THAT(run(fleet, words).out, ::testing::Not(HasSubstr("(y/n)"))) << words[0];
}

/// In the original the program's own --version got there first.
TEST(Package, InstallsVersions) {
    auto fleet = estate();
    run(fleet, {"install", "nano", "--version", "2:7.2-1", "-I", "web1.lab.test"});
    const auto* inputs = fleet.seen.back().claims.body.find("data");
    EXPECT_EQ(*inputs->find("version"), Value("2:7.2-1"));
    EXPECT_EQ(*inputs->find("package"), Value("nano"));
    run(fleet, {"install", "nano", "--version=1", "-I", "web1.lab.test"});
    EXPECT_EQ(*fleet.seen.back().claims.body.find("data")->find("version"), Value("1"));
}

TEST(Package, RefusesBadUse) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{}, "Please specify an action and a package; the actions are install, uninstall, "},
        {{"install"}, "Please specify an action and a package"},
        {{"nano"}, "Please specify an action and a package"},
        {{"nano", "explode"}, "Action must be one of install, uninstall, "},
        {{"nano", "count"}, "Action must be one of "},
        {{"count", "web1"}, "The action count takes no package; did you mean -I web1?"},
        {{"install", "nano", "web1"}, "mco package"},
        {{"status", "nano", "--version", "1"}, "--version works with the action install only"},
        {{"install", "--version"}, "missing argument: --version"},
        {{"install", "a;b"}, "Cannot validate input package"},
        {{"install", "nano", "--version", "1;2"}, "Cannot validate input version"},
    };
    auto fleet = estate();
    for (const auto& [words, error] : cases) {
        auto all = words;
        const bool last = !all.empty() && all.back() == "--version";
        const auto shown =
            last ? cli::testing::run_command(fleet, agents::make_package_command(), all)
                 : run(fleet, all, "y");
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_THAT(shown.err, HasSubstr(error));
        EXPECT_EQ(shown.connections, 0) << error;
    }
}

TEST(Package, ShowsNothingButStatisticsWithoutNodes) {
    Fleet fleet({});
    const auto shown = run(fleet, {"status", "nano", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.err, HasSubstr("we did not discover any nodes"));
    EXPECT_EQ(upper_part(shown).find_first_not_of('\n'), std::string::npos) << shown.out;
}

TEST(Package, GivesProgramsJson) {
    auto fleet = estate();
    const auto shown = run(fleet, {"status", "nano", "--json", "-I", "web1.lab.test"});
    EXPECT_THAT(shown.out, ::testing::StartsWith("["));
    EXPECT_THAT(shown.out, HasSubstr("2.4.1-3"));
    EXPECT_THAT(shown.out, ::testing::Not(HasSubstr("Finished")));
}

TEST(PackageCompletion, KnowsTheActionsThatTheHelpScreenLists) {
    const cli::Commands commands({agents::make_package_command()});
    const auto actions = cli::testing::completed(commands, {"package", ""});
    ASSERT_EQ(actions.size(), 14u);
    const auto usages = commands.all().front().usages();
    for (const auto& action : actions)
        EXPECT_NE(usages.back().find("    " + action + ' '), std::string::npos) << action;
    EXPECT_THAT(cli::testing::completed(commands, {"package", "status", ""}), IsEmpty());
}

}  // namespace
}  // namespace mco::package::application
