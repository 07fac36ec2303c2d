// The agent on a scripted Debian system: which programs run, and what is answered.
#include "agents/package/said.hpp"
#include "agents/package/testing.hpp"
#include "puppet/ral/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using rpc::Status;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PackageWorld;
using testing::Script;
using testing::ScriptedSystem;
using namespace std::chrono_literals;

constexpr const char* question =
    "dpkg-query --show --showformat=${Status}\\t${Package}\\t${Version}\\t${Architecture}\\n -- ";
constexpr const char* apt =
    "apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confold "
    "-o APT::Cmd::Pattern-Only=true ";

const Map hello{{"package", "hello"}};

const Value* data(const rpc::Output& output, std::string_view key) {
    return output.data.find(key);
}

/// A node on which a change of packages moves it from one state to the next.
class PackageAgent : public ::testing::Test {
  protected:
    static constexpr const char* installed = "install ok installed\thello\t2.10-3\tamd64\n";
    static constexpr const char* removed = "deinstall ok config-files\thello\t2.10-3\tamd64\n";
    static constexpr const char* nothing = "";

    PackageWorld node_;
    std::string state_ = nothing;
    std::string state_after_ = nothing;
    Script change_;
    int attempts_ = 0;

    void SetUp() override {
        node_.system.script = [this](const system::Command& command) {
            const auto& program = command.argv.front();
            if (program == "dpkg-query")
                return Script{state_.empty() ? 1 : 0, state_};
            ++attempts_;
            if (change_.exit_code == 0)
                state_ = state_after_;
            return change_;
        };
    }

    void states(const char* before, const char* after) {
        state_ = before;
        state_after_ = after;
    }
};

TEST_F(PackageAgent, TellsAPackagesState) {
    states(installed, installed);
    const auto output = node_.call("status", hello);
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(output.data,
              (Map{{"name", "hello"},
                   {"ensure", "2.10-3"},
                   {"status", "installed"},
                   {"error", "ok"},
                   {"desired", "install"},
                   {"mark", "none"},
                   {"provider", "apt"},
                   {"arch", "amd64"},
                   {"version", "2.10"},
                   {"release", "3"},
                   {"epoch", "0"}}));
    EXPECT_THAT(node_.system.lines(), ElementsAre(std::string(question) + "hello"));
    states(nothing, nothing);
    EXPECT_EQ(
        node_.call("status", hello).data,
        (Map{{"name", "hello"}, {"ensure", "purged"}, {"status", "missing"}, {"error", "ok"}}));
}

TEST_F(PackageAgent, InstallsAndAsksAnew) {
    states(nothing, installed);
    change_.out = "Setting up hello (2.10-3) ...\n";
    const auto output = node_.call("install", hello);
    EXPECT_EQ(output.status, Status::ok) << output.message;
    EXPECT_EQ(*data(output, "ensure"), Value("2.10-3")) << "not what it was before";
    EXPECT_EQ(*data(output, "output"), Value("Setting up hello (2.10-3) ...\n"));
    EXPECT_THAT(node_.system.lines(),
                ElementsAre(std::string(question) + "hello",
                            std::string(apt) + "install -- hello",
                            std::string(question) + "hello"));
    const auto& environment = node_.system.ran[1].environment;
    EXPECT_EQ(environment.at("DEBIAN_FRONTEND"), "noninteractive");
    EXPECT_EQ(environment.at("LC_ALL"), "C.UTF-8");
    EXPECT_THAT(environment.at("PATH"), HasSubstr("/usr/sbin"));
}

struct Change {
    const char* action;
    const char* before;
    const char* after;
    const char* program;
};

TEST_F(PackageAgent, ChangesByTheRightProgram) {
    const std::string with_apt = apt;
    const std::vector<std::pair<Change, std::string>> cases = {
        {{"update", installed, installed, ""}, with_apt + "--only-upgrade install -- hello"},
        {{"uninstall", installed, removed, ""}, with_apt + "remove -- hello"},
        {{"purge", installed, nothing, ""}, with_apt + "purge -- hello"},
        {{"purge", removed, nothing, ""}, "dpkg --purge -- hello"},
    };
    for (const auto& [change, line] : cases) {
        states(change.before, change.after);
        node_.system.ran.clear();
        const auto output = node_.call(change.action, hello);
        EXPECT_EQ(output.status, Status::ok) << change.action << ": " << output.message;
        EXPECT_THAT(node_.system.lines(), ::testing::Contains(line));
    }
}

TEST_F(PackageAgent, InstallsAVersionAlsoOverANewerOne) {
    states(installed, "install ok installed\thello\t2.10-2\tamd64\n");
    const auto output = node_.call("install", {{"package", "hello"}, {"version", "2.10-2"}});
    EXPECT_EQ(output.status, Status::ok) << output.message;
    EXPECT_EQ(*data(output, "ensure"), Value("2.10-2"));
    EXPECT_EQ(node_.system.lines()[1],
              std::string(apt) + "--allow-downgrades install -- hello=2.10-2");
}

TEST_F(PackageAgent, SaysWhenThereIsNothingToDo) {
    states(installed, installed);
    auto output = node_.call("install", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "Package is already installed");
    EXPECT_EQ(*data(output, "ensure"), Value("2.10-3"));
    for (const auto* action : {"update", "uninstall", "purge"}) {
        states(nothing, nothing);
        output = node_.call(action, hello);
        EXPECT_EQ(output.status, Status::aborted) << action;
        EXPECT_EQ(output.message, "Package is not present on the system") << action;
        EXPECT_EQ(*data(output, "ensure"), Value("purged"));
    }
    states(removed, removed);
    EXPECT_EQ(node_.call("uninstall", hello).message, "Package is not present on the system");
    EXPECT_EQ(attempts_, 0);
}

TEST_F(PackageAgent, RefusesWhatIsNoName) {
    for (const auto* name : {"--purge", "a b", "a;b", "hello-", "", "$(id)"}) {
        for (const auto* action : {"install", "update", "uninstall", "purge", "status", "search"})
            EXPECT_EQ(node_.call(action, {{"package", name}}).status,
                      std::string(action) == "search" && std::string(name) == "hello-"
                          ? Status::ok
                          : Status::invalid_data)
                << action << ' ' << name;
    }
    EXPECT_EQ(node_.call("install", {{"package", "hello"}, {"version", "1 2"}}).status,
              Status::invalid_data);
    EXPECT_EQ(node_.call("install", {{"package", "hello"}, {"version", "1.0-"}}).status,
              Status::invalid_data)
        << "apt would remove the package";
    EXPECT_THAT(attempts_, ::testing::Le(1));
}

/// Old versions of apt would install whatever the name matches as an expression.
TEST_F(PackageAgent, InstallsNoOtherNamesThanTheOneThatIsMeant) {
    node_.system.script = [](const system::Command& command) {
        if (command.argv.front() == "apt-cache")
            return Script{0, "libxssl\nlibssl-dev\n"};
        return Script{command.argv.front() == "dpkg-query" ? 1 : 0};
    };
    const auto output = node_.call("install", {{"package", "lib.ssl"}});
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "Could not install lib.ssl: apt knows no package lib.ssl");
    for (const auto& line : node_.system.lines())
        EXPECT_THAT(line, ::testing::Not(HasSubstr("apt-get")));
}

TEST_F(PackageAgent, TellsWhyAptCouldNot) {
    states(nothing, nothing);
    change_ = {100, "Reading package lists...\n", "E: Unable to locate package hello\n"};
    const auto output = node_.call("install", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "Could not install hello: E: Unable to locate package hello");
    EXPECT_EQ(*data(output, "output"),
              Value("Reading package lists...\nE: Unable to locate package hello\n"));
    EXPECT_EQ(*data(output, "ensure"), Value("purged"));
}

TEST_F(PackageAgent, DoesNotBelieveASuccessThatCannotBeSeen) {
    states(nothing, nothing);
    const auto output = node_.call("install", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_THAT(output.message, HasSubstr("did not complain, but the package is purged"));
}

TEST_F(PackageAgent, WaitsForLocksThatAptDoesNotWaitFor) {
    states(installed, removed);
    int left = 3;
    const auto usual = node_.system.script;
    node_.system.script = [&](const system::Command& command) {
        if (command.argv.front() == "apt-get" && left-- > 0)
            return Script{100,
                          "",
                          "E: Could not get lock /var/cache/apt/archives/lock. It is held by "
                          "process 7 (x)\n"};
        return usual(command);
    };
    const auto begin = node_.world.clock.time;
    EXPECT_EQ(node_.call("uninstall", hello).status, Status::ok);
    EXPECT_EQ(node_.world.clock.time - begin, 750ms) << "three pauses";
}

TEST_F(PackageAgent, NamesWhoHoldsALockForTooLong) {
    states(removed, nothing);
    change_ = {2, "", "dpkg: error: dpkg frontend lock was locked by another process with pid 7\n"};
    const auto begin = node_.world.clock.time;
    const auto output = node_.call("purge", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_THAT(
        output.message,
        ::testing::StartsWith("Could not purge hello: /var/lib/dpkg/lock-frontend is held by "));
    EXPECT_THAT(output.message, ::testing::EndsWith(", also after 60 s"));
    EXPECT_GE(node_.world.clock.time - begin, 60s);
    EXPECT_LT(node_.world.clock.time - begin, 61s);
    EXPECT_EQ(*data(output, "ensure"), Value("absent"));
}

TEST_F(PackageAgent, LeavesAptWhatIsLeftOfTheTime) {
    PackageWorld impatient(SystemKind::apt, nullptr, [] {
        Settings settings;
        settings.lock_timeout = 3600s;
        return settings;
    }());
    impatient.system.script = [](const system::Command& command) {
        return Script{command.argv.front() == "dpkg-query" ? 1 : 100, "", "E: no\n"};
    };
    impatient.call("install", hello);
    // 180 s of the declaration, less 1 s for the reply, 3 s for the state, 15 s for the work itself
    EXPECT_THAT(impatient.system.lines(),
                ::testing::Contains(HasSubstr("-o DPkg::Lock::Timeout=161 ")));
}

TEST_F(PackageAgent, NeverEndsAptBeforeItsTime) {
    states(nothing, installed);
    change_.takes = 300s;
    auto output = node_.call("install", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(
        output.message,
        "Could not install hello: apt-get install hello is still running (pid 4711); the action "
        "status tells later what came of it");
    output = node_.call("purge", hello);
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message,
              "Could not purge hello: busy: apt-get install hello is still running (pid 4711, for "
              "176 s)");
    EXPECT_EQ(node_.call("refresh").status, Status::aborted);
    EXPECT_EQ(node_.call("status", hello).status, Status::ok) << "reading goes on";
    EXPECT_EQ(attempts_, 1);
}

TEST_F(PackageAgent, CountsAndSumsUpAsTheOriginal) {
    node_.system.script = [](const system::Command&) {
        return Script{0, "||/ Name\nii  a 1 all  x\nrc  b 1 all  y\nii  c 1 all  z\n"};
    };
    auto output = node_.call("count");
    EXPECT_EQ(output.data, (Map{{"output", "2"}, {"exitcode", 0}}));
    output = node_.call("md5");
    EXPECT_EQ(*data(output, "output"), Value("f0258854b9f83dd26c871b5161760356"));
    EXPECT_EQ(node_.system.lines()[0], "dpkg --list");
    EXPECT_EQ(node_.system.ran[0].environment.at("LC_ALL"), "C");
    node_.system.script = [](const system::Command&) { return Script{2, "", "dpkg: error: x\n"}; };
    EXPECT_EQ(node_.call("count").message, "dpkg --list ended with 2: dpkg: error: x");
}

TEST_F(PackageAgent, TellsWhatCouldBeUpdated) {
    node_.system.script = [](const system::Command&) {
        return Script{0, "Inst a [1] (2 Debian:12/stable [amd64])\nInst new (1 Debian [all])\n"};
    };
    for (const auto* action : {"checkupdates", "apt_checkupdates"}) {
        const auto output = node_.call(action);
        EXPECT_EQ(*data(output, "outdated_packages"),
                  Value(Array{Map{
                      {"package", "a"}, {"version", "2"}, {"repo", "Debian:12/stable [amd64]"}}}));
        EXPECT_EQ(data(output, "package_manager") != nullptr,
                  std::string(action) == "checkupdates");
    }
    EXPECT_EQ(node_.system.lines()[0], "apt-get -q --simulate dist-upgrade");
    EXPECT_EQ(node_.call("yum_checkupdates").message, "This node has apt, not yum");
    node_.system.script = [](const system::Command&) {
        return Script{100, "", "E: The package lists or status file could not be parsed\n"};
    };
    EXPECT_EQ(node_.call("checkupdates").message,
              "apt-get ended with 100: E: The package lists or status file could not be parsed");
}

TEST_F(PackageAgent, SearchesForNamesAndPatterns) {
    node_.system.script = [](const system::Command& command) {
        if (ScriptedSystem::joined(command).find("pkgnames") != std::string::npos)
            return Script{0, "libssl3\nlibssl-dev\nlibxyz\n"};
        return Script{0,
                      " libssl3 | 3.0.11-1 | http://deb bookworm/main amd64 Packages\n"
                      " libxyz | 1 | http://deb bookworm/main amd64 Packages\n"};
    };
    const auto output = node_.call("search", {{"package", "lib*ssl*"}});
    EXPECT_EQ(*data(output, "package_count"), Value(1))
        << "others than were asked for do not count";
    EXPECT_THAT(
        node_.system.lines(),
        ElementsAre("apt-cache pkgnames -- lib",
                    "apt-cache -o APT::Cmd::Pattern-Only=true madison -- libssl-dev libssl3"));
    node_.system.ran.clear();
    EXPECT_EQ(*data(node_.call("search", {{"package", "nosuch"}}), "package_count"), Value(0));
    EXPECT_EQ(node_.system.lines().size(), 1u);
}

TEST_F(PackageAgent, ShowsIndexesThatCouldNotBeHad) {
    node_.system.script = [](const system::Command&) {
        return Script{0, "Err:1 http://deb x\nW: Failed to fetch http://deb/x\n"};
    };
    EXPECT_EQ(node_.call("refresh").message, "W: Failed to fetch http://deb/x");
    node_.system.script = [](const system::Command&) { return Script{0, "W: configured twice\n"}; };
    const auto output = node_.call("apt_update");
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(*data(output, "output"), Value("W: configured twice\n"));
    EXPECT_EQ(node_.system.lines().back(), std::string(apt) + "update");
}

TEST(PackageAgentOfYum, AsksRpmAndYum) {
    puppet::FakeRal ral;
    ral.error = Error{Errc::unavailable, "Puppet is not installed here"};
    PackageWorld node(SystemKind::yum, &ral);
    node.system.script = [](const system::Command& command) {
        if (command.argv.front() == "rpm")
            return Script{0, "bash-5.1\nglibc-2.34\n\n"};
        return Script{100, "bash.x86_64 5.2-1 updates\n"};
    };
    EXPECT_EQ(*data(node.call("count"), "output"), Value("2"));
    EXPECT_EQ(*data(node.call("md5"), "output"), Value("708c203555ad18d25ca104504b87d719"));
    const auto updates = node.call("yum_checkupdates");
    EXPECT_EQ(updates.status, Status::ok) << "100 means that there are some";
    EXPECT_EQ(*data(updates, "exitcode"), Value(100));
    EXPECT_EQ(data(updates, "outdated_packages")->array()->size(), 1u);
    EXPECT_EQ(node.call("apt_update").message, "This node has yum, not apt");
    node.system.script = [](const system::Command&) { return Script{}; };
    node.system.ran.clear();
    EXPECT_EQ(node.call("yum_clean").status, Status::ok);
    EXPECT_EQ(node.call("yum_clean", {{"mode", "metadata"}}).status, Status::ok);
    EXPECT_THAT(node.system.lines(), ElementsAre("yum clean all", "yum clean metadata"));
    EXPECT_EQ(node.call("install", hello).message,
              "Could not install hello: Puppet is not installed here");
}

}  // namespace
}  // namespace mco::package
