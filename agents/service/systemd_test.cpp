// The actions on a scripted systemd: every state a unit can be in, and what goes wrong.
#include "agents/service/systemd.hpp"

#include "agents/service/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace mco::services {
namespace {

using ::testing::ElementsAre;
using testing::FakeSystemd;
using ::testing::IsEmpty;
using testing::unit;

class SystemdServices : public ::testing::Test {
  protected:
    FakeSystemd systemd_;
    system::FixedClock clock_;
    testing::Waits waits_;
    const ManagedServices services_{std::make_unique<Systemd>(systemd_, clock_), waits_.pause()};

    Answer act(Action action, const std::string& name = "web") {
        return services_.act(action, name, clock_.monotonic() + std::chrono::seconds(58));
    }

    Answer act_on(std::deque<std::string> shown, Action action, const std::string& name = "web") {
        systemd_.shown = std::move(shown);
        return act(action, name);
    }
};

TEST_F(SystemdServices, TellTheStateAsPuppetDoes) {
    const std::pair<std::string, std::string> cases[] = {{"active", "running"},
                                                         {"reloading", "running"},
                                                         {"refreshing", "running"},
                                                         {"inactive", "stopped"},
                                                         {"failed", "stopped"},
                                                         {"activating", "stopped"},
                                                         {"maintenance", "stopped"},
                                                         {"deactivating", "stopped"}};
    for (const auto& [state, status] : cases) {
        const auto answer = act_on({unit("loaded", state)}, Action::status);
        EXPECT_EQ(answer.status, status) << state;
        EXPECT_EQ(answer.problem + answer.remark, "") << state;
    }
    EXPECT_EQ(act_on({unit("masked", "inactive")}, Action::status).status, "stopped");
    EXPECT_EQ(act_on({unit("masked", "active")}, Action::status).status, "running");
    EXPECT_EQ(act_on({unit("not-found", "active")}, Action::status).remark, "")
        << "its file is gone, but it runs";
    EXPECT_THAT(waits_.each, IsEmpty());
    EXPECT_THAT(systemd_.changes(), IsEmpty());
}

TEST_F(SystemdServices, AskOnceAndByNameAlone) {
    act(Action::status, "getty@tty1");
    EXPECT_THAT(systemd_.ran,
                ElementsAre("systemctl show --property=LoadState --property=ActiveState "
                            "--property=NeedDaemonReload -- getty@tty1"));
}

TEST_F(SystemdServices, AreToldWhenNobodyKnowsThem) {
    const std::deque<std::string> unknown = {unit("not-found", "inactive")};
    const auto status = act_on(unknown, Action::status, "nosuch");
    EXPECT_EQ(status.status, "stopped");
    EXPECT_EQ(status.remark, "no such service");
    EXPECT_EQ(status.problem, "");
    for (const auto& [action, word] : {std::pair(Action::start, "start"),
                                       std::pair(Action::stop, "stop"),
                                       std::pair(Action::restart, "restart")}) {
        const auto answer = act_on(unknown, action, "nosuch");
        EXPECT_EQ(answer.status, "stopped");
        EXPECT_EQ(answer.problem, fmt::format("Could not {} 'nosuch': no such service", word));
    }
    EXPECT_THAT(systemd_.changes(), IsEmpty());
}

TEST_F(SystemdServices, AreNotTemplates) {
    for (const auto* name : {"getty@", "getty@.service"})
        EXPECT_EQ(act(Action::status, name).remark, "no such service") << name;
    EXPECT_THAT(systemd_.ran, IsEmpty()) << "systemctl would call it an error";
    EXPECT_EQ(act(Action::status, "getty@tty1.service").remark, "");
}

TEST_F(SystemdServices, Start) {
    const auto answer =
        act_on({unit("loaded", "inactive"), unit("loaded", "active")}, Action::start);
    EXPECT_EQ(answer.status, "running");
    EXPECT_EQ(answer.problem, "");
    EXPECT_THAT(systemd_.changes(), ElementsAre("start -- web"));
    EXPECT_THAT(waits_.each, ElementsAre(500));
}

TEST_F(SystemdServices, StartInstancesAndFailedOnes) {
    act_on({unit("loaded", "failed"), unit("loaded", "active")}, Action::start, "vpn@office");
    EXPECT_THAT(systemd_.changes(), ElementsAre("start -- vpn@office"));
}

TEST_F(SystemdServices, AreNotStartedTwice) {
    for (const auto* state : {"active", "reloading"}) {
        const auto answer = act_on({unit("loaded", state)}, Action::start);
        EXPECT_EQ(answer.problem, "Could not start 'web': Service is already running");
        EXPECT_EQ(answer.status, "running");
    }
    EXPECT_THAT(systemd_.changes(), IsEmpty());
}

TEST_F(SystemdServices, ThatDieAtOnceAreStopped) {
    const auto answer =
        act_on({unit("loaded", "inactive"), unit("loaded", "failed")}, Action::start);
    EXPECT_EQ(answer.status, "stopped");
    EXPECT_EQ(answer.problem, "");
}

TEST_F(SystemdServices, AreLookedAtUntilTheyHaveSettled) {
    const auto changing = unit("loaded", "activating");
    const auto answer = act_on(
        {unit("loaded", "inactive"), changing, changing, unit("loaded", "active")}, Action::start);
    EXPECT_EQ(answer.status, "running");
    EXPECT_THAT(waits_.each, ElementsAre(500, 250, 250));
}

TEST_F(SystemdServices, AreNotWaitedForLongerThanFiveSeconds) {
    const auto answer =
        act_on({unit("loaded", "inactive"), unit("loaded", "activating")}, Action::start);
    EXPECT_EQ(answer.status, "stopped");
    EXPECT_EQ(answer.problem, "");
    EXPECT_EQ(std::accumulate(waits_.each.begin(), waits_.each.end(), 0L), 5000);
}

TEST_F(SystemdServices, StopWithoutWaiting) {
    const auto answer =
        act_on({unit("loaded", "active"), unit("loaded", "inactive")}, Action::stop);
    EXPECT_EQ(answer.status, "stopped");
    EXPECT_EQ(answer.problem, "");
    EXPECT_THAT(systemd_.changes(), ElementsAre("stop -- web"));
    EXPECT_THAT(waits_.each, IsEmpty());
}

TEST_F(SystemdServices, ThatDoNotStopAreStillRunning) {
    const auto answer = act_on({unit("loaded", "active")}, Action::stop);
    EXPECT_EQ(answer.status, "running");
    EXPECT_EQ(answer.problem, "");
    EXPECT_EQ(std::accumulate(waits_.each.begin(), waits_.each.end(), 0L), 500);
}

TEST_F(SystemdServices, AreNotStoppedTwice) {
    for (const auto* state : {"inactive", "failed"}) {
        const auto answer = act_on({unit("loaded", state)}, Action::stop);
        EXPECT_EQ(answer.problem, "Could not stop 'web': Service is already stopped");
        EXPECT_EQ(answer.status, "stopped");
    }
    EXPECT_THAT(systemd_.changes(), IsEmpty());
}

/// Systemd starts it again and again: that can be ended.
TEST_F(SystemdServices, ThatAreBeingStartedCanBeStopped) {
    const auto answer =
        act_on({unit("loaded", "activating"), unit("loaded", "inactive")}, Action::stop);
    EXPECT_EQ(answer.problem, "");
    EXPECT_THAT(systemd_.changes(), ElementsAre("stop -- web"));
}

TEST_F(SystemdServices, RestartWhateverTheyDo) {
    for (const auto* state : {"active", "inactive", "failed", "activating"}) {
        const auto answer =
            act_on({unit("loaded", state), unit("loaded", "active")}, Action::restart);
        EXPECT_EQ(answer.status, "running") << state;
        EXPECT_EQ(answer.problem, "") << state;
    }
    EXPECT_THAT(systemd_.changes(), ::testing::Each("restart -- web"));
    EXPECT_EQ(systemd_.changes().size(), 4U);
}

TEST_F(SystemdServices, ThatAreMaskedStayMasked) {
    const auto start = act_on({unit("masked", "inactive")}, Action::start);
    EXPECT_EQ(start.problem, "Could not start 'web': Service is masked");
    EXPECT_EQ(start.status, "stopped");
    EXPECT_EQ(act_on({unit("masked", "active")}, Action::restart).problem,
              "Could not restart 'web': Service is masked");
    EXPECT_THAT(systemd_.changes(), IsEmpty());
    const auto stop = act_on({unit("masked", "active"), unit("masked", "inactive")}, Action::stop);
    EXPECT_EQ(stop.problem, "") << "masked while it ran";
    EXPECT_THAT(systemd_.changes(), ElementsAre("stop -- web"));
}

TEST_F(SystemdServices, AreReadAgainWhenTheirDefinitionHasChanged) {
    act_on({unit("loaded", "active", true), unit("loaded", "active")}, Action::restart);
    EXPECT_THAT(systemd_.changes(), ElementsAre("daemon-reload", "restart -- web"));
    systemd_.ran.clear();
    act_on({unit("loaded", "active", true), unit("loaded", "inactive", true)}, Action::stop);
    EXPECT_THAT(systemd_.changes(), ElementsAre("stop -- web"));
}

TEST_F(SystemdServices, ThatFailToStartAreExplained) {
    systemd_.acted =
        system::Finished{1,
                         0,
                         "",
                         "Warning: The unit file changed on disk.\n"
                         "Job for web.service failed because the control process exited with error "
                         "code.\nSee \"systemctl status web.service\" for details.\n",
                         false};
    systemd_.journal = system::Finished{
        0, 0, "cannot bind \x1b[31mport 80\x1b[0m\n\xff\nweb.service: Failed\n", "", false};
    const auto answer =
        act_on({unit("loaded", "inactive"), unit("loaded", "failed")}, Action::start);
    EXPECT_EQ(answer.status, "stopped");
    EXPECT_EQ(answer.problem,
              "Could not start 'web': Job for web.service failed because the control process "
              "exited with error code.\ncannot bind \x1b[31mport 80\x1b[0m\n\xef\xbf\xbd\n"
              "web.service: Failed");
    EXPECT_EQ(systemd_.ran[systemd_.ran.size() - 2],
              "journalctl -u web -n 10 --no-pager -o cat --quiet");
    EXPECT_THAT(waits_.each, IsEmpty());
}

TEST_F(SystemdServices, AreExplainedInBoundedLines) {
    systemd_.acted = system::Finished{1, 0, "", "Job failed.\n", false};
    systemd_.journal = system::Finished{0, 0, std::string(100'000, 'x') + "\nend\n", "", false};
    const auto problem = act(Action::start).problem;
    EXPECT_LT(problem.size(), 1000U);
    EXPECT_THAT(problem, ::testing::EndsWith("x…\nend"));
}

TEST_F(SystemdServices, AreExplainedWithoutAJournal) {
    systemd_.acted = system::Finished{4, 0, "", "", false};
    systemd_.journal = fail(Errc::not_found, "cannot execute 'journalctl'");
    EXPECT_EQ(act(Action::start).problem,
              "Could not start 'web': systemctl ended with exit status 4");
    systemd_.acted = system::Finished{-1, 9, "", "", false};
    systemd_.journal = system::Finished{1, 0, "half a line", "", false};
    EXPECT_EQ(act(Action::start).problem, "Could not start 'web': systemctl was ended by signal 9");
}

/// The job goes on: what was stopped is only the program that waits for it.
TEST_F(SystemdServices, ThatTakeTooLongAreLeftToSystemd) {
    systemd_.acted = fail(Errc::timed_out, "systemctl did not end within 50000 ms and was stopped");
    const auto answer =
        act_on({unit("loaded", "inactive"), unit("loaded", "activating")}, Action::start);
    EXPECT_EQ(answer.problem,
              "Could not start 'web': systemd is still at it; its status will tell");
    EXPECT_EQ(answer.status, "stopped");
    EXPECT_EQ(systemd_.timeouts[1], std::chrono::seconds(50))
        << "of 58, so that there is an answer";
}

TEST_F(SystemdServices, AreUnknownWithoutSystemd) {
    systemd_.shown = {"Failed to connect to bus\n"};
    const auto answer = act(Action::start);
    EXPECT_EQ(answer.status, "");
    EXPECT_EQ(answer.problem, "Could not start 'web': systemctl ended with exit status 0");
    const auto late = services_.act(Action::status, "web", clock_.monotonic());
    EXPECT_EQ(late.problem,
              "Could not determine the status of 'web': no time is left for 'systemctl'");
    EXPECT_EQ(systemd_.ran.size(), 1U);
}

TEST_F(SystemdServices, AreUnknownWhereNobodyCanSayHowItEnded) {
    const auto answer = act_on({unit("loaded", "inactive"), ""}, Action::start);
    EXPECT_EQ(answer.status, "");
    EXPECT_EQ(answer.problem,
              "Could not determine the status of 'web': systemctl ended with exit status 0");
}

}  // namespace
}  // namespace mco::services
