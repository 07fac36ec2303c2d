#include "agents/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using agents::AgentWorld;
using rpc::Status;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr pid_t no_process = 0x7ffffff0;  // beyond what Linux gives out

/// A node whose Puppet has all its files in one directory.
class PuppetAgent : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    AgentWorld world_;
    std::unique_ptr<agents::Agent> agent_;

    void SetUp() override {
        world_.runner.answer = system::Finished{0, 0, settings_output(), "", false};
        world_.runner.started = no_process;
        world_.config.plugin["puppet.splay"] = {"0", "server.cfg:1"};
        world_.config.plugin["puppet.runs"] = {directory_ / "mcollective_runs", "server.cfg:2"};
        agent_ = world_.agent("puppet");
    }

    std::string settings_output() const {
        std::string text =
            "rundir = " + directory_.path() + "\nconfig = " + (directory_ / "puppet.conf") + "\n";
        for (const auto& [name, file] : {std::pair("agent_catalog_run_lockfile", "run.lock"),
                                         std::pair("agent_disabled_lockfile", "off.lock"),
                                         std::pair("lastrunfile", "summary.yaml"),
                                         std::pair("lastrunreport", "report.yaml"),
                                         std::pair("resourcefile", "resources.txt")})
            text += std::string(name) + " = " + (directory_ / file) + "\n";
        return text;
    }

    rpc::Output call(std::string_view action, const Map& inputs = {}) const {
        return AgentWorld::call(*agent_, action, inputs);
    }
};

/// A process that is Puppet by its name: it ends with 42 when it is told to run, and at the end of
/// the test.
class Impostor {
  public:
    explicit Impostor(const system::TemporaryDirectory& directory) {
        directory.write("puppet",
                        "#!/bin/sh\ntrap 'kill $!; exit 42' USR1\nsleep 60 &\necho ready\nwait\n");
        const auto script = directory / "puppet";
        ::chmod(script.c_str(), 0755);
        int ends[2] = {};
        EXPECT_EQ(::pipe(ends), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::setpgid(0, 0);
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl(script.c_str(), script.c_str(), "agent", nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        char first = 0;
        EXPECT_EQ(::read(ends[0], &first, 1), 1);
        ::close(ends[0]);
    }

    Impostor(const Impostor&) = delete;
    Impostor& operator=(const Impostor&) = delete;

    ~Impostor() {
        ::kill(-pid_, SIGKILL);
        if (!waited_)
            ::waitpid(pid_, nullptr, 0);
    }

    pid_t pid() const { return pid_; }

    int wait() {
        int status = 0;
        EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
        waited_ = true;
        return WEXITSTATUS(status);
    }

  private:
    pid_t pid_ = 0;
    bool waited_ = false;
};

const Value& get(const rpc::Output& output, std::string_view name) {
    static const Value nothing;
    const Value* found = output.data.find(name);
    return found ? *found : nothing;
}

TEST_F(PuppetAgent, TellsItsStatus) {
    directory_.write("summary.yaml", "---\ntime:\n  last_run: 1799999000\n");
    const rpc::Output output = call("status");
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(
        output.data,
        (Map{{"applying", false},
             {"enabled", true},
             {"daemon_present", false},
             {"lastrun", 1799999000},
             {"idling", false},
             {"disable_message", ""},
             {"since_lastrun", 1000},
             {"status", "stopped"},
             {"no_catalog", false},
             {"message", "Currently stopped; last completed run 16 minutes 40 seconds ago"}}));
}

/// Issue 12, 24.
TEST_F(PuppetAgent, NeverRanAndFutureRunsAreSaidToBeSo) {
    EXPECT_EQ(get(call("status"), "message"), Value("Currently stopped; last completed run never"));
    directory_.write("summary.yaml", "---\ntime:\n  last_run: 1800000090\n");
    EXPECT_EQ(get(call("status"), "message"),
              Value("Currently stopped; last completed run 1 minutes 30 seconds in the future; is "
                    "the clock right?"));
}

TEST_F(PuppetAgent, TellsOfALastRunWithoutACatalog) {
    directory_.write("summary.yaml",
                     "---\nversion:\n  config:\n  puppet: 8.10.0\nresources:\n  total: 0\ntime:\n  "
                     "last_run: 1799999000\n");
    const rpc::Output output = call("status");
    EXPECT_EQ(get(output, "no_catalog"), Value(true));
    EXPECT_THAT(*get(output, "message").string(), HasSubstr("ago, without a catalog"));
}

TEST_F(PuppetAgent, TellsItsStatusWithoutAReadableSummary) {
    for (const char* summary : {"{[", "", "--- 7\n", "---\ntime:\n"}) {
        directory_.write("summary.yaml", summary);
        const rpc::Output output = call("status");
        EXPECT_EQ(output.status, Status::ok) << summary;
        EXPECT_EQ(get(output, "lastrun"), Value(0)) << summary;
        EXPECT_EQ(get(output, "since_lastrun"), Value(1'800'000'000)) << summary;
    }
}

TEST_F(PuppetAgent, SummarisesItsLastRun) {
    directory_.write(
        "summary.yaml",
        "---\nversion:\n  config: abc\nresources:\n  changed: 3\n  corrective_change: 1\n  failed: "
        "2\n  out_of_sync: 5\n"
        "  total: 10\ntime:\n  config_retrieval: 0.5\n  total: 4.25\n  last_run: 1799999000\n");
    directory_.write("resources.txt", "file[/a]\n");
    directory_.write("report.yaml", "---\nlogs:\n- level: notice\n  message: hey\n");
    const rpc::Output output = call("last_run_summary");
    EXPECT_EQ(get(output, "out_of_sync_resources"), Value(5));
    EXPECT_EQ(get(output, "failed_resources"), Value(2));
    EXPECT_EQ(get(output, "corrected_resources"), Value(1));
    EXPECT_EQ(get(output, "changed_resources"), Value(3));
    EXPECT_EQ(get(output, "total_resources"), Value(10));
    EXPECT_EQ(get(output, "total_time"), Value(4.25));
    EXPECT_EQ(get(output, "config_retrieval_time"), Value(0.5));
    EXPECT_EQ(get(output, "lastrun"), Value(1799999000));
    EXPECT_EQ(get(output, "since_lastrun"), Value(1000));
    EXPECT_EQ(get(output, "config_version"), Value("abc"));
    EXPECT_EQ(get(output, "type_distribution"), Value(Map{{"File", 1}}));
    EXPECT_EQ(get(output, "logs"), Value(Map()));
    for (const char* name : {"logs", "parse_log"})
        EXPECT_EQ(get(call("last_run_summary", {{name, true}}), "logs").array()->size(), 1u)
            << name;
    directory_.write("summary.yaml", "{[");
    EXPECT_EQ(call("last_run_summary").status, Status::aborted);
}

TEST_F(PuppetAgent, DisablesAndEnables) {
    EXPECT_EQ(call("enable").message, "Could not enable Puppet: Already enabled");
    rpc::Output output = call("disable", {{"message", "moving house"}});
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(
        output.data,
        (Map{{"status", "Succesfully locked the Puppet agent: moving house"}, {"enabled", false}}));
    output = call("disable");
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "Could not disable Puppet: Already disabled");
    EXPECT_EQ(output.data, (Map{{"status", output.message}, {"enabled", false}}));
    EXPECT_EQ(call("runonce").message, "Puppet is disabled: 'moving house'");
    EXPECT_EQ(call("enable").data,
              (Map{{"status", "Succesfully enabled the Puppet agent"}, {"enabled", true}}));
    EXPECT_THAT(
        *get(call("disable"), "status").text(),
        testing::MatchesRegex(
            "Succesfully locked the Puppet agent: Disabled via MCollective by cert=alice at "
            "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"));
}

TEST_F(PuppetAgent, StartsARunWithoutAShell) {
    const rpc::Output output = call("runonce", {{"tags", "a,b"}});
    EXPECT_EQ(output.status, Status::ok);
    ASSERT_EQ(world_.runner.detached.size(), 1u);
    EXPECT_THAT(world_.runner.detached[0].argv,
                ElementsAre("puppet",
                            "agent",
                            "--onetime",
                            "--no-daemonize",
                            "--color=false",
                            "--show_diff",
                            "--verbose",
                            "--tags",
                            "a,b",
                            "--no-splay"));
    EXPECT_THAT(world_.runner.detached[0].environment.at("PATH"), HasSubstr("/opt/puppetlabs/bin"));
    EXPECT_EQ(get(output, "summary"),
              Value("Started a Puppet run using the 'puppet agent --onetime --no-daemonize "
                    "--color=false --show_diff --verbose "
                    "--tags a,b --no-splay' command"));
    EXPECT_EQ(get(output, "initiated_at"), Value(1'800'000'000));
    EXPECT_EQ(get(output, "run"), Value("0123456789abcdef0123456789abcdef")) << "the request's id";
    EXPECT_EQ(world_.runner.detached[0].output_file,
              directory_ / "mcollective_runs/0123456789abcdef0123456789abcdef.log");
}

TEST_F(PuppetAgent, TellsHowARunGoesOnAndEnds) {
    world_.runner.started = getpid();
    const Value run = get(call("runonce", {{"noop", true}}), "run");
    directory_.write("mcollective_runs/" + *run.text() + ".log", "Info: one\nhalf");
    const Map inputs{{"run", run}, {"since", 0}};
    rpc::Output output = call("run_result", inputs);
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(get(output, "state"), Value("running"));
    EXPECT_EQ(get(output, "outcome"), Value(""));
    EXPECT_EQ(get(output, "noop"), Value(true));
    EXPECT_EQ(get(output, "output"), Value(Array{"Info: one"}));
    EXPECT_EQ(get(output, "next"), Value(10));
    EXPECT_EQ(get(call("status"), "applying"), Value(false)) << "the lock tells that";
    EXPECT_EQ(call("runonce").message, "Puppet is currently applying a catalog, cannot run now");
    output = call("run_result", {{"run", run}});
    EXPECT_EQ(output.data.find("output"), nullptr) << "not asked for";
    // every output that is declared is given, but for those
    for (const auto& declared : agent_->declaration().action("run_result")->outputs)
        EXPECT_TRUE(output.data.find(declared.name) || declared.name == "output" ||
                    declared.name == "next")
            << declared.name;
}

TEST_F(PuppetAgent, TellsThatARunEndedWithoutAReport) {
    const Value run = get(call("runonce"), "run");
    directory_.write("mcollective_runs/" + *run.text() + ".log", "Error: no such option\nbye");
    const rpc::Output output = call("run_result", {{"run", run}, {"since", 0}});
    EXPECT_EQ(get(output, "state"), Value("finished"));
    EXPECT_EQ(get(output, "outcome"), Value("no report"));
    EXPECT_EQ(get(output, "errors"), Value(Array{"no such option"}));
    EXPECT_EQ(get(output, "output"), Value(Array{"Error: no such option", "bye"}));
}

TEST_F(PuppetAgent, KnowsOnlyItsOwnRuns) {
    const rpc::Output output = call("run_result", {{"run", "elsewhere"}});
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(output.message, "This node knows no run 'elsewhere'");
}

TEST_F(PuppetAgent, RunsAlsoWhereNothingCanBeNoted) {
    directory_.write("mcollective_runs", "not a directory");
    const rpc::Output output = call("runonce");
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(get(output, "run"), Value(""));
    ASSERT_EQ(world_.runner.detached.size(), 1u);
    EXPECT_EQ(world_.runner.detached[0].output_file, "");
}

TEST_F(PuppetAgent, SaysWhenARunCannotBeStarted) {
    world_.runner.started = fail(Errc::not_found, "puppet: no such program");
    const rpc::Output output = call("runonce");
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_THAT(output.message, testing::StartsWith("Puppet command 'puppet agent --onetime"));
    EXPECT_THAT(output.message, testing::EndsWith("had exit code 127, expected 0"));
    EXPECT_EQ(get(output, "summary"), Value(output.message));
    EXPECT_EQ(output.data.find("initiated_at"), nullptr);
}

TEST_F(PuppetAgent, RunsAlsoWhereItsOutputCannotBeKept) {
    class FullDisk final : public system::Runner {
      public:
        system::Finished answer;
        std::vector<system::Command> started;

        Expected<system::Finished> run(const system::Command&) override { return answer; }

        Expected<pid_t> start_detached(const system::Command& command) override {
            started.push_back(command);
            if (!command.output_file.empty())
                return fail(Errc::io, "cannot create " + command.output_file);
            return no_process;
        }
    } runner;

    runner.answer = system::Finished{0, 0, settings_output(), "", false};
    const agents::AgentContext context{
        world_.declarations, world_.config, world_.node, world_.clock, runner, world_.log};
    const auto agent = find_agent("puppet", context);
    const rpc::Output output = AgentWorld::call(*agent, "runonce");
    EXPECT_EQ(output.status, Status::ok);
    EXPECT_EQ(get(output, "run"), Value(""));
    EXPECT_EQ(runner.started.size(), 2u);
}

TEST_F(PuppetAgent, RefusesARunWhileACatalogIsApplied) {
    const Impostor running(directory_);
    directory_.write("run.lock", std::to_string(running.pid()));
    const rpc::Output output = call("runonce");
    EXPECT_EQ(output.status, Status::aborted);
    EXPECT_EQ(get(output, "summary"),
              Value("Puppet is currently applying a catalog, cannot run now"));
    EXPECT_TRUE(world_.runner.detached.empty());
    EXPECT_EQ(get(call("status"), "status"), Value("applying a catalog"));
}

TEST_F(PuppetAgent, SignalsTheDaemonThatIdles) {
    Impostor daemon(directory_);
    directory_.write("agent.pid", std::to_string(daemon.pid()));
    EXPECT_EQ(get(call("status"), "status"), Value("idling"));
    EXPECT_EQ(get(call("runonce"), "summary"), Value("Signalled the running Puppet Daemon"));
    EXPECT_EQ(daemon.wait(), 42);
    EXPECT_TRUE(world_.runner.detached.empty());
}

/// The daemon died, and its number was given to somebody else.
TEST_F(PuppetAgent, SignalsNoOtherProgram) {
    const pid_t bystander = ::fork();
    if (bystander == 0)
        for (;;)
            ::pause();
    directory_.write("agent.pid", std::to_string(bystander));
    EXPECT_EQ(get(call("status"), "status"), Value("stopped"));
    call("runonce");
    EXPECT_EQ(world_.runner.detached.size(), 1u);
    EXPECT_EQ(::waitpid(bystander, nullptr, WNOHANG), 0) << "it lives";
    ::kill(bystander, SIGKILL);
    ::waitpid(bystander, nullptr, 0);
}

/// While one request is about to start Puppet, another one must not start it, too.
TEST_F(PuppetAgent, StartsOneRunAtATime) {
    class Reentrant final : public system::Runner {
      public:
        std::function<void()> during_start;
        system::Finished answer;
        int started = 0;

        Expected<system::Finished> run(const system::Command&) override { return answer; }

        Expected<pid_t> start_detached(const system::Command&) override {
            if (++started == 1)
                during_start();
            return no_process;
        }
    } runner;

    runner.answer = system::Finished{0, 0, settings_output(), "", false};
    const agents::AgentContext context{
        world_.declarations, world_.config, world_.node, world_.clock, runner, world_.log};
    const auto agent = find_agent("puppet", context);
    rpc::Output second;
    runner.during_start = [&] {
        std::thread([&] { second = AgentWorld::call(*agent, "runonce"); }).join();
    };
    EXPECT_EQ(AgentWorld::call(*agent, "runonce").status, Status::ok);
    EXPECT_EQ(second.message, "Puppet is currently applying a catalog, cannot run now");
    EXPECT_EQ(runner.started, 1);
    EXPECT_EQ(AgentWorld::call(*agent, "runonce").status, Status::ok) << "the guard is released";
}

TEST_F(PuppetAgent, CannotDoAnythingWithoutPuppet) {
    world_.runner.answer = fail(Errc::not_found, "puppet: no such program");
    for (const char* action : {"status", "runonce", "enable", "disable", "last_run_summary"}) {
        EXPECT_EQ(call(action).status, Status::aborted) << action;
        EXPECT_THAT(call(action).message, HasSubstr("no such program")) << action;
    }
}

TEST(PuppetAgentSettings, KeepTheDaemonFromStartingWhenWrong) {
    AgentWorld world;
    world.config.plugin["puppet.splay"] = {"perhaps", "server.cfg:7"};
    EXPECT_THROW(world.agent("puppet"), std::invalid_argument);
}

}  // namespace
}  // namespace mco::puppet
