#include "agents/puppet/resource_apply.hpp"
#include "agents/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace mco::puppet {
namespace {

using agents::AgentWorld;
using rpc::Status;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

const char* const report =
    "--- !ruby/object:Puppet::Transaction::Report\nhost: web1\nlogs:\n"
    "- level: notice\n  message: created\n  source: \"/File[/f]/ensure\"\n"
    "- level: err\n  message: |-\n    two\n    lines\n  source: Puppet\n"
    "- level: notice\n  message: Applied catalog in 0.01 seconds\n  source: Puppet\n"
    "metrics: {}\nresource_statuses:\n"
    "  File[/f/child]:\n    title: \"/f/child\"\n    resource_type: File\n    failed: true\n"
    "    changed: false\n"
    "  File[/f]:\n    title: \"/f\"\n    resource_type: File\n    failed: FAILED\n"
    "    changed: CHANGED\n";

/// Puppet as far as the action sees it: it tells its paths, and applies by writing a report.
class FakePuppet final : public system::Runner {
  public:
    std::string settings;
    std::string report_text;
    Expected<system::Finished> applied = system::Finished{0, 0, "", "", false};
    std::optional<system::Command> apply;
    std::string directory;
    mode_t directory_mode = 0;

    Expected<system::Finished> run(const system::Command& command) override {
        if (std::find(command.argv.begin(), command.argv.end(), "apply") == command.argv.end())
            return system::Finished{0, 0, settings, "", false};
        apply = command;
        const auto word =
            std::find(command.argv.begin(), command.argv.end(), "--lastrunreport") + 1;
        directory = std::filesystem::path(*word).parent_path();

        struct stat found {};

        if (stat(directory.c_str(), &found) == 0)
            directory_mode = found.st_mode & 07777;
        if (!report_text.empty())
            std::ofstream(*word) << report_text;
        return applied;
    }

    Expected<pid_t> start_detached(const system::Command&) override { return pid_t{1}; }
};

class ResourceAction : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    AgentWorld world_;
    FakePuppet puppet_;
    const agents::AgentContext context_{world_.declarations,
                                        world_.config,
                                        world_.node,
                                        world_.clock,
                                        puppet_,
                                        world_.log};
    std::unique_ptr<agents::Agent> agent_;

    void SetUp() override {
        set("resource_type_whitelist", "file,exec");
        for (const char* name : {"agent_catalog_run_lockfile",
                                 "agent_disabled_lockfile",
                                 "lastrunfile",
                                 "lastrunreport",
                                 "rundir"})
            puppet_.settings += std::string(name) + " = /unused\n";
        puppet_.settings +=
            "config = /c/puppet.conf\nvardir = /v\nlibdir = /v/lib\n"
            "resourcefile = " +
            (directory_ / "resources.txt") + "\n";
        answer("false", "true");
    }

    void set(const std::string& name, const std::string& value) {
        world_.config.plugin["puppet." + name] = {value, "server.cfg:1"};
    }

    void answer(const std::string& failed, const std::string& changed) {
        puppet_.report_text = report;
        puppet_.report_text.replace(puppet_.report_text.find("FAILED"), 6, failed);
        puppet_.report_text.replace(puppet_.report_text.find("CHANGED"), 7, changed);
    }

    /// The agent is made at the first call, so that settings can be made before.
    rpc::Output call(Map inputs = {}) {
        if (!agent_)
            for (auto& made : make_agents(context_))
                if (made->declaration().metadata.name == "puppet")
                    agent_ = std::move(made);
        if (!inputs.find("type"))
            inputs.set("type", "File");
        if (!inputs.find("name"))
            inputs.set("name", "/f");
        return AgentWorld::call(*agent_, "resource", inputs);
    }
};

TEST_F(ResourceAction, TellsWhatPuppetDid) {
    const rpc::Output output = call({{"ensure", "present"}, {"content", "s3cret"}});
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(output.data, (Map{{"result", "created\ntwo\nlines"}, {"changed", true}}));
    ASSERT_TRUE(puppet_.apply);
    EXPECT_THAT(puppet_.apply->input, HasSubstr("s3cret"));
    EXPECT_THAT(puppet_.apply->argv, Not(Contains(HasSubstr("s3cret"))));
    EXPECT_LE(puppet_.apply->timeout + puppet_.apply->grace, std::chrono::seconds(19));
}

TEST_F(ResourceAction, TellsThatNothingWasToBeDone) {
    answer("false", "false");
    puppet_.report_text.erase(puppet_.report_text.find("- level: notice\n  message: created"),
                              puppet_.report_text.find("- level: notice\n  message: Applied") -
                                  puppet_.report_text.find("- level: notice\n  message: created"));
    const rpc::Output output = call();
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(output.data, (Map{{"result", "no output produced"}, {"changed", false}}));
}

TEST_F(ResourceAction, TellsWhyItFailed) {
    answer("true", "false");
    rpc::Output output = call();
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "Failed to apply File[/f]: created\ntwo\nlines");
    EXPECT_EQ(output.data, (Map{{"result", "created\ntwo\nlines"}, {"changed", false}}));

    puppet_.report_text =
        "---\nlogs:\n- level: err\n  message: 'Failed to apply catalog: no'\n  source: Puppet\n"
        "resource_statuses: {}\n";
    EXPECT_EQ(call().message, "Failed to apply File[/f]: Failed to apply catalog: no");

    puppet_.report_text.clear();
    puppet_.applied = system::Finished{
        1, 0, "", "Error: Facter: x\nError: Could not run: no parameter named 'y'\n", false};
    EXPECT_EQ(call().message, "Failed to apply File[/f]: no parameter named 'y'");
    puppet_.applied = system::Finished{1, 0, "", "", false};
    EXPECT_EQ(call().message, "Failed to apply File[/f]: Puppet ended without a report");
    puppet_.applied = fail(Errc::timed_out, "puppet took too long");
    EXPECT_EQ(call().message, "Failed to apply File[/f]: puppet took too long");
    puppet_.applied = system::Finished{0, 0, "", "", false};
    puppet_.report_text = "{[";
    EXPECT_EQ(call().status, Status::aborted);
}

TEST_F(ResourceAction, LeavesNothingBehind) {
    call();
    EXPECT_EQ(puppet_.directory_mode, 0700u);
    EXPECT_FALSE(std::filesystem::exists(puppet_.directory));
    puppet_.applied = fail(Errc::timed_out, "puppet took too long");
    call();
    EXPECT_FALSE(std::filesystem::exists(puppet_.directory));
}

TEST_F(ResourceAction, IsRefusedWithoutAskingPuppet) {
    set("resource_type_whitelist", "none");
    const rpc::Output output = call({{"type", "EXEC"}});
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "The exec type is not listed in the type whitelist");
    EXPECT_FALSE(puppet_.apply);
}

TEST_F(ResourceAction, IsRefusedForWhatPuppetManages) {
    directory_.write("resources.txt", "file[/f]\n");
    rpc::Output output = call({{"name", "/f/"}});
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message,
              "Puppet is managing the resource 'File[/f/]', refusing to create conflicting states");
    EXPECT_FALSE(puppet_.apply);
    output = call({{"name", "/g"}});
    EXPECT_TRUE(puppet_.apply);
    puppet_.apply.reset();
    agent_.reset();
}

TEST_F(ResourceAction, MayBeAllowedForWhatPuppetManages) {
    set("resource_allow_managed_resources", "yes");
    directory_.write("resources.txt", "file[/f]\n");
    EXPECT_EQ(call().status, Status::ok);
}

TEST_F(ResourceAction, NeedsParametersThatPuppetCanHave) {
    EXPECT_THAT(call({{"../x", "1"}}).message, HasSubstr("no Puppet parameter"));
    EXPECT_THAT(call({{"path", "/etc/shadow"}}).message, HasSubstr("path cannot be given"));
    EXPECT_FALSE(puppet_.apply);
}

TEST_F(ResourceAction, ReachesNothingThatNobodyChecked) {
    EXPECT_THAT(call({{"recurse", "true"}}).message, HasSubstr("recurse cannot be given"));
    EXPECT_FALSE(puppet_.apply);
}

TEST_F(ResourceAction, ReachesFurtherWhereEverythingMayBeTouched) {
    set("resource_allow_managed_resources", "yes");
    call({{"recurse", "true"}});
    EXPECT_TRUE(puppet_.apply);
}

TEST_F(ResourceAction, TakesCommandsOfExecUnlessNamesAreListed) {
    const Map inputs{{"type", "exec"}, {"name", "label"}, {"command", "/bin/x"}};
    call(inputs);
    EXPECT_TRUE(puppet_.apply);
    puppet_.apply.reset();
    set("resource_name_whitelist.exec", "label");
    EXPECT_THAT(call(inputs).message, HasSubstr("command cannot be given"));
    EXPECT_FALSE(puppet_.apply);
}

TEST(ApplyCommand, UsesTheNodesFilesAndLeavesItsStateAlone) {
    Settings settings;
    settings.command = {
        "puppet", "agent", "--confdir", "/c", "--server", "s", "--environment", "e"};
    Paths paths;
    paths.config = "/c/puppet.conf";
    paths.vardir = "/v";
    const auto argv = apply_command(settings, paths, "/tmp/d");
    EXPECT_EQ((std::vector<std::string>(argv.begin(), argv.begin() + 4)),
              (std::vector<std::string>{"puppet", "apply", "--catalog", "-"}));
    const std::vector<std::string> expected = {"--config",
                                               "/c/puppet.conf",
                                               "--vardir",
                                               "/v",
                                               "--confdir",
                                               "/c",
                                               "--environmentpath",
                                               "/tmp/d/environments",
                                               "production",
                                               "--statedir",
                                               "/tmp/d/state",
                                               "/tmp/d/last_run_summary.yaml",
                                               "/tmp/d/last_run_report.yaml",
                                               "/tmp/d/resources.txt",
                                               "/tmp/d/classes.txt",
                                               "--reports=none",
                                               "--node_terminus=plain",
                                               "--facts_terminus=memory",
                                               "--prerun_command=",
                                               "--postrun_command=",
                                               "--no-use_cached_catalog"};
    EXPECT_THAT(argv, IsSupersetOf(expected));
    EXPECT_THAT(argv, Not(Contains("--server")));
    EXPECT_THAT(argv, Not(Contains("--libdir")));
    EXPECT_THAT(argv, Not(Contains("e")));
}

TEST(ApplyCommand, OfAMasterlessNodeKnowsItsModules) {
    Settings settings;
    settings.command = {"puppet", "apply", "--modulepath=/m", "--environment", "e", "site.pp"};
    const auto argv = apply_command(settings, Paths(), "/tmp/d");
    EXPECT_THAT(argv, IsSupersetOf({"--modulepath=/m", "--environment", "e"}));
    EXPECT_THAT(argv, Not(Contains("--environmentpath")));
    EXPECT_THAT(argv, Not(Contains("site.pp")));
}

}  // namespace
}  // namespace mco::puppet
