#include "puppet/state.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <unistd.h>

namespace mco::puppet {
namespace {

class PuppetState : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    const ProcessTable processes_{(directory_ / "proc")};
    Settings settings_;
    Paths paths_;

    void SetUp() override {
        paths_.pidfile = directory_ / "agent.pid";
        paths_.run_lock = directory_ / "run.lock";
        paths_.disabled_lock = directory_ / "disabled.lock";
        directory_.write("proc/stat", "cpu 1 2\nbtime 1700000000\n");
    }

    State state() const { return read_state(paths_, settings_, processes_); }

    void add_process(int pid,
                     char process_state,
                     const std::vector<std::string>& words = {"/usr/bin/ruby",
                                                              "/usr/bin/puppet",
                                                              "agent"},
                     std::uint64_t started = 500) const {
        std::string cmdline;
        for (const std::string& word : words)
            cmdline += word + '\0';
        directory_.write("proc/" + std::to_string(pid) + "/stat",
                         "1 (a ) b) " + std::string(1, process_state) +
                             " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + std::to_string(started) +
                             " 0");
        directory_.write("proc/" + std::to_string(pid) + "/cmdline", cmdline);
    }
};

TEST_F(PuppetState, FollowsFromTheFilesAndTheProcesses) {
    struct Case {
        const char* pidfile;
        const char* run_lock;
        const char* disabled_lock;
        bool applying;
        bool daemon_present;
        bool idling;
        const char* status;
        const char* message;
    };

    const Case cases[] = {
        {nullptr, nullptr, nullptr, false, false, false, "stopped", ""},
        {"100\n", nullptr, nullptr, false, true, true, "idling", ""},
        {"100", "200", nullptr, true, true, false, "applying a catalog", ""},
        {nullptr, "200\n", nullptr, true, false, false, "applying a catalog", ""},
        {nullptr, "", nullptr, false, false, false, "stopped", ""},
        {nullptr, "300", nullptr, false, false, false, "stopped", ""},
        {nullptr, "400", nullptr, false, false, false, "stopped", ""},
        {"300", "nonsense", nullptr, false, false, false, "stopped", ""},
        {"-100", "0", nullptr, false, false, false, "stopped", ""},
        {"100",
         nullptr,
         R"({"disabled_message":"moving \"house\""})",
         false,
         true,
         true,
         "disabled",
         "moving \"house\""},
        {nullptr, "200", "", true, false, false, "disabled", ""},
        {nullptr, nullptr, R"({"disabled_message":7})", false, false, false, "disabled", ""},
        {nullptr, nullptr, "[1", false, false, false, "disabled", ""},
    };
    add_process(100, 'S');
    add_process(200, 'R');
    add_process(300, 'Z');
    for (const Case& c : cases) {
        const std::pair<const char*, std::string> files[] = {
            {c.pidfile, "agent.pid"}, {c.run_lock, "run.lock"}, {c.disabled_lock, "disabled.lock"}};
        for (const auto& [content, name] : files) {
            std::filesystem::remove(directory_ / name);
            if (content)
                directory_.write(name, content);
        }
        const State found = state();
        const std::string which = std::string(c.status) + " " + (c.run_lock ? c.run_lock : "-");
        EXPECT_EQ(found.applying, c.applying) << which;
        EXPECT_EQ(found.daemon_present, c.daemon_present) << which;
        EXPECT_EQ(found.idling(), c.idling) << which;
        EXPECT_EQ(found.enabled, c.disabled_lock == nullptr) << which;
        EXPECT_EQ(found.status(), c.status) << which;
        EXPECT_EQ(found.disable_message, c.message) << which;
    }
}

TEST_F(PuppetState, TakesNoOtherProgramForPuppet) {
    directory_.write("agent.pid", "100");
    directory_.write("run.lock", "100");
    const std::vector<std::vector<std::string>> others = {{},
                                                          {"nginx: worker process"},
                                                          {"/bin/sh", "-c", "puppet"},
                                                          {"/usr/bin/vi", "/etc/puppet.conf"}};
    for (const auto& words : others) {
        add_process(100, 'S', words);
        EXPECT_EQ(state().status(), "stopped");
        EXPECT_FALSE(processes_.signal_holder(paths_.pidfile, 0));
    }
    add_process(100, 'S', {"puppet agent: applying configuration"});
    EXPECT_EQ(state().status(), "applying a catalog");
    // A later Puppet that got the number of the one that wrote the file.
    const std::uint64_t hundred_years =
        100ull * 365 * 86400 * static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    add_process(100, 'S', {"/usr/bin/ruby", "/usr/bin/puppet", "agent"}, hundred_years);
    EXPECT_EQ(state().status(), "stopped");
}

TEST_F(PuppetState, KnowsARunOfApplyByItsCommandLine) {
    settings_.command = {"nice", "/opt/bin/puppet", "apply", "--vardir", "/v", "site.pp"};
    paths_.pidfile.clear();
    const std::vector<std::string> options = {"--onetime", "--no-splay"};

    struct Case {
        std::vector<std::string> words;
        bool applying;
    };

    const Case cases[] = {
        {{"/usr/bin/ruby", "/usr/bin/puppet", "apply", "--vardir", "/v", "site.pp", "--onetime"},
         true},
        {{"/opt/bin/puppet", "apply", "--vardir", "/v", "site.pp"}, true},
        {{"/usr/bin/ruby", "/usr/bin/puppet", "apply", "--vardir", "/w", "site.pp"}, false},
        {{"/usr/bin/ruby", "/usr/bin/puppet", "apply", "--vardir", "/v"}, false},
        {{"vi", "notes", "puppet", "apply", "--vardir", "/v", "site.pp"}, false},
        {{}, false},
    };
    for (const Case& c : cases) {
        add_process(500, 'S', c.words);
        EXPECT_EQ(state().applying, c.applying) << (c.words.empty() ? "" : c.words.back());
    }
    settings_.command = {"puppet", "agent"};
    add_process(500, 'S', {"/usr/bin/ruby", "/usr/bin/puppet", "agent"});
    EXPECT_FALSE(state().applying) << "the agent has a lock for that";
}

TEST_F(PuppetState, IsChangedByTheLock) {
    EXPECT_EQ(enable(paths_).error().message, "Already enabled");
    ASSERT_TRUE(disable(paths_, "a \"reason\"\n"));
    EXPECT_EQ(state().disable_message, "a \"reason\"\n");
    std::ostringstream content;
    content << std::ifstream(paths_.disabled_lock).rdbuf();
    EXPECT_EQ(content.str(), R"({"disabled_message":"a \"reason\"\n"})");
    EXPECT_EQ(disable(paths_, "again").error().message, "Already disabled");
    EXPECT_EQ(state().disable_message, "a \"reason\"\n");
    ASSERT_TRUE(enable(paths_));
    EXPECT_TRUE(state().enabled);
    paths_.disabled_lock = directory_ / "before/the/first run";
    ASSERT_TRUE(disable(paths_, "x"));
    EXPECT_EQ(state().disable_message, "x");
    paths_.disabled_lock = directory_ / "before/the/first run/below a file";
    EXPECT_EQ(disable(paths_, "x").error().code, Errc::io);
}

TEST(ProcessTable, SeesThisProcess) {
    const ProcessTable processes;
    EXPECT_TRUE(processes.alive(getpid()));
    EXPECT_FALSE(processes.alive(0x7ffffff0));
    EXPECT_FALSE(processes.runs({"no-such-program-as-this"}));
}

TEST(HumanDuration, IsTheOriginals) {
    const std::pair<std::int64_t, const char*> cases[] = {
        {0, "00 seconds"},
        {59, "59 seconds"},
        {61, "1 minutes 01 seconds"},
        {3600, "1 hours 0 minutes 00 seconds"},
        {86400, "1 day 0 hours 0 minutes 00 seconds"},
        {2 * 86400 + 3 * 3600 + 4 * 60 + 5, "2 days 3 hours 4 minutes 05 seconds"},
    };
    for (const auto& [seconds, text] : cases)
        EXPECT_EQ(human_duration(seconds), text);
}

}  // namespace
}  // namespace mco::puppet
