#include "agents/service/puppet_services.hpp"

#include "agents/service/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::services {
namespace {

using puppet::ApplyResult;
using ::testing::ElementsAre;
using testing::FakeRal;

ApplyResult in_sync() {
    return {{{"Service[web]", false, false, false, false, {}}}, {}};
}

ApplyResult would_change() {
    return {{{"Service[web]", false, false, false, true, {}}}, {}};
}

ApplyResult changed() {
    return {{{"Service[web]", false, true, false, true, {}}}, {}};
}

ApplyResult failed(const std::string& message) {
    const Map event{{"property", "ensure"}, {"message", message}, {"status", "failure"}};
    return {{{"Service[web]", true, false, false, true, {event}}}, {}};
}

class PuppetsServices : public ::testing::Test {
  protected:
    FakeRal ral_;
    Map parameters_;
    testing::Waits waits_;

    Answer act(Action action, std::deque<Expected<ApplyResult>> answers) {
        ral_.answers = std::move(answers);
        ral_.applied.clear();
        const ManagedServices services(std::make_unique<PuppetServices>(
                                           [this]() -> puppet::Ral& { return ral_; }, parameters_),
                                       waits_.pause());
        auto answer = services.act(action, "web", Monotonic());
        EXPECT_TRUE(ral_.answers.empty());
        return answer;
    }
};

TEST_F(PuppetsServices, TellTheStateByANoop) {
    EXPECT_EQ(act(Action::status, {in_sync()}).status, "running");
    EXPECT_EQ(act(Action::status, {would_change()}).status, "stopped");
    ASSERT_EQ(ral_.applied.size(), 1U);
    EXPECT_TRUE(ral_.applied[0].noop);
    ASSERT_EQ(ral_.applied[0].resources.size(), 1U);
    EXPECT_EQ(ral_.applied[0].resources[0].reference(), "Service[web]");
    EXPECT_EQ(ral_.applied[0].resources[0].parameters, (Map{{"ensure", "running"}}));
}

TEST_F(PuppetsServices, HaveTheParametersOfTheSettings) {
    parameters_ = Map{{"ensure", "absent"}, {"hasstatus", "false"}, {"pattern", "webd"}};
    act(Action::status, {in_sync()});
    EXPECT_EQ(ral_.applied[0].resources[0].parameters,
              (Map{{"ensure", "running"}, {"hasstatus", "false"}, {"pattern", "webd"}}));
}

TEST_F(PuppetsServices, StartAndStop) {
    EXPECT_EQ(act(Action::start, {would_change(), changed(), in_sync()}).status, "running");
    EXPECT_FALSE(ral_.applied[1].noop);
    EXPECT_EQ(*ral_.applied[1].resources[0].parameters.find("ensure"), Value("running"));
    EXPECT_THAT(waits_.each, ElementsAre(500));
    EXPECT_EQ(act(Action::stop, {in_sync(), changed(), would_change()}).status, "stopped");
    EXPECT_EQ(*ral_.applied[1].resources[0].parameters.find("ensure"), Value("stopped"));
    EXPECT_EQ(act(Action::start, {in_sync()}).problem,
              "Could not start 'web': Service is already running");
    EXPECT_EQ(act(Action::stop, {would_change()}).problem,
              "Could not stop 'web': Service is already stopped");
}

TEST_F(PuppetsServices, RestartWhatRunsAndStartWhatDoesNot) {
    EXPECT_EQ(act(Action::restart, {in_sync(), in_sync(), in_sync()}).status, "running");
    const auto& resources = ral_.applied[1].resources;
    ASSERT_EQ(resources.size(), 2U);
    EXPECT_EQ(resources[0].type, "notify");
    EXPECT_EQ(*resources[0].parameters.find("notify"), Value("Service[web]"));
    EXPECT_EQ(*resources[1].parameters.find("ensure"), Value("running"));
    act(Action::restart, {would_change(), changed(), in_sync()});
    EXPECT_EQ(ral_.applied[1].resources.size(), 1U);
}

TEST_F(PuppetsServices, AreToldWhenNobodyKnowsThem) {
    const auto unknown = failed("Could not find init script for 'web'");
    const auto status = act(Action::status, {unknown});
    EXPECT_EQ(status.status, "stopped");
    EXPECT_EQ(status.remark, "no such service");
    EXPECT_EQ(act(Action::stop, {unknown}).problem, "Could not stop 'web': no such service");
}

TEST_F(PuppetsServices, FailInPuppetsWords) {
    EXPECT_EQ(act(Action::start,
                  {would_change(), failed("Could not start Service[web]: exit 1"), would_change()})
                  .problem,
              "Could not start 'web': Could not start Service[web]: exit 1");
    ApplyResult silent = would_change();
    silent.statuses[0].failed = true;
    silent.log = {"notice: Puppet: hello", "err: /Service[web]: no provider: none works"};
    EXPECT_EQ(act(Action::start, {would_change(), silent, would_change()}).problem,
              "Could not start 'web': /Service[web]: no provider: none works");
    ApplyResult skipped = would_change();
    skipped.statuses[0].skipped = true;
    EXPECT_EQ(act(Action::start, {would_change(), skipped, would_change()}).problem,
              "Could not start 'web': Puppet did not do it and does not say why");
}

/// A restart is an event of the resource, which does not count as failed for it.
TEST_F(PuppetsServices, ThatCannotBeRestartedFail) {
    auto restart = failed("Failed to call refresh: exit 1");
    restart.statuses[0].failed = false;
    EXPECT_EQ(act(Action::restart, {in_sync(), restart, would_change()}).problem,
              "Could not restart 'web': Failed to call refresh: exit 1");
}

TEST_F(PuppetsServices, AreUnknownWithoutPuppet) {
    const auto answer =
        act(Action::status, {fail(Errc::unavailable, "Puppet is not installed here")});
    EXPECT_EQ(answer.status, "");
    EXPECT_EQ(answer.problem,
              "Could not determine the status of 'web': Puppet is not installed here");
    EXPECT_EQ(act(Action::status, {ApplyResult()}).problem,
              "Could not determine the status of 'web': Puppet says nothing of the service");
}

}  // namespace
}  // namespace mco::services
