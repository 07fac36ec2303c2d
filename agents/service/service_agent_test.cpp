// The agent and its data plug-in as the node has them, on a service command; who else may answer.
#include "agents/data_question.hpp"
#include "agents/service/local_services.hpp"
#include "agents/service/testing.hpp"
#include "agents/testing.hpp"
#include "core/ddl/validate.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace mco::services {
namespace {

using agents::AgentWorld;
using ::testing::ElementsAre;

constexpr const char* names_allowed[] =
    {"nginx", "getty@tty1", "a:b", "systemd-udevd.service", "_x", "@a", "4", ".x"};
constexpr const char* names_refused[] =
    {"", "-h", "--help", "a b", "a/b", "a;b", "a\nb", "a\n", "ä", "a$(b)", "a*", "a\\x2d"};

class ServiceAgent : public ::testing::Test {
  protected:
    AgentWorld world_;

    void SetUp() override { set("provider", "service"); }

    void set(const std::string& name, const std::string& value) {
        world_.config.plugin["service." + name] = {value, "server.cfg:7"};
    }

    void answer(int exit_code) {
        world_.runner.answer = system::Finished{exit_code, 0, "", "", false};
    }

    rpc::Output call(std::string_view action, const std::string& name = "web") {
        return AgentWorld::call(*world_.agent("service"), action, Map{{"service", name}});
    }

    std::string status(std::string_view action) {
        const auto output = call(action);
        EXPECT_EQ(output.status, rpc::Status::ok);
        EXPECT_EQ(output.message, "OK");
        const auto* status = output.data.find("status");
        return status ? *status->text() : "";
    }
};

TEST_F(ServiceAgent, TakesTheExitStatusOfACommand) {
    answer(0);
    EXPECT_EQ(status("status"), "running");
    EXPECT_EQ(status("start"), "running");
    EXPECT_EQ(status("restart"), "running");
    EXPECT_EQ(status("stop"), "stopped");
    answer(3);
    EXPECT_EQ(status("status"), "stopped");
    EXPECT_EQ(status("start"), "stopped");
    EXPECT_EQ(status("restart"), "stopped");
    EXPECT_EQ(status("stop"), "running");
    EXPECT_THAT(world_.runner.ran.front().argv, ElementsAre("/sbin/service", "web", "status"));
    EXPECT_EQ(world_.runner.ran.front().timeout, std::chrono::seconds(58));
}

TEST_F(ServiceAgent, CallsTheConfiguredCommand) {
    set("service.servicecmd", "/opt/bin/svc");
    call("stop", "db@1");
    EXPECT_THAT(world_.runner.ran.back().argv, ElementsAre("/opt/bin/svc", "db@1", "stop"));
}

TEST_F(ServiceAgent, SaysWhenTheCommandCannotBeRun) {
    world_.runner.answer = fail(Errc::not_found, "cannot execute '/sbin/service'");
    const auto output = call("start");
    EXPECT_EQ(output.status, rpc::Status::aborted);
    EXPECT_EQ(output.message, "Could not start 'web': cannot execute '/sbin/service'");
    EXPECT_EQ(output.data.find("status"), nullptr) << "the declaration has a word for that";
}

TEST_F(ServiceAgent, ChecksNamesItself) {
    for (const auto* name : names_refused) {
        const auto output = call("status", name);
        EXPECT_EQ(output.status, rpc::Status::invalid_data) << name;
    }
    EXPECT_EQ(AgentWorld::call(*world_.agent("service"), "start", Map{{"service", 5}}).status,
              rpc::Status::invalid_data);
    EXPECT_TRUE(world_.runner.ran.empty());
    for (const auto* name : names_allowed)
        EXPECT_EQ(call("status", name).status, rpc::Status::ok) << name;
}

TEST_F(ServiceAgent, KnowsNoOtherAction) {
    EXPECT_EQ(call("mask").status, rpc::Status::unknown_action);
}

TEST_F(ServiceAgent, DeclaresTheSameNames) {
    const auto& ddl = world_.declarations.agent("service");
    const auto allows = [&ddl](const std::string& action, const std::string& name) {
        return ddl::validate(ddl, "service", action, Map{{"service", name}}).has_value();
    };
    for (const std::string action : {"status", "start", "stop", "restart"}) {
        for (const auto* name : names_allowed)
            EXPECT_TRUE(allows(action, name)) << action << name;
        for (const auto* name : names_refused)
            EXPECT_FALSE(allows(action, name)) << action << name;
        EXPECT_TRUE(allows(action, std::string(90, 'x')));
        EXPECT_FALSE(allows(action, std::string(91, 'x')));
        EXPECT_EQ(ddl.action(action)->output("status")->default_value, Value("unknown"));
        EXPECT_EQ(ddl.action(action)->changes, action != "status");
    }
    EXPECT_EQ(ddl.metadata.version, "3.2.0");
    EXPECT_EQ(ddl.metadata.timeout, 60);
}

TEST_F(ServiceAgent, AnswersFilters) {
    answer(0);
    const auto plugin = world_.data_plugin("service");
    ASSERT_TRUE(plugin && plugin->is_active());
    world_.node.plugins.push_back(plugin.get());
    const auto ask = [this](Value name) -> Expected<Map> {
        MCO_TRY(question, prepare_data(world_.node, "service", std::move(name)));
        return question.ask(world_.clock);
    };
    EXPECT_EQ(ask("web"), (Map{{"status", "running"}}));
    EXPECT_EQ(world_.runner.ran.back().timeout, std::chrono::seconds(3));
    answer(3);
    EXPECT_EQ(ask("web"), (Map{{"status", "stopped"}}));
    for (const auto* name : names_refused)
        EXPECT_FALSE(ask(name)) << name;
    EXPECT_FALSE(ask(Value()));
    EXPECT_FALSE(ask(std::string(51, 'x')));
    world_.runner.answer = fail(Errc::timed_out, "it did not end");
    EXPECT_EQ(ask("web").error().message,
              "Could not determine the status of 'web': it did not end");
}

TEST_F(ServiceAgent, SwitchedOffAnswersNoFilters) {
    set("activate_agent", "0");
    EXPECT_FALSE(world_.data_plugin("service")->is_active());
}

TEST_F(ServiceAgent, RefusesOtherProviders) {
    set("provider", "launchd");
    try {
        world_.agent("service");
        FAIL() << "nobody manages services then";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(),
                     "plugin.service.provider must be puppet or service, not 'launchd' "
                     "(server.cfg:7)");
    }
}

/// Who is asked on a node with or without systemd.
class ServiceProvider : public ServiceAgent {
  protected:
    system::TemporaryDirectory root_;
    testing::Waits waits_;

    void SetUp() override {
        world_.context.shared->get<puppet::Ral>(
            [] { return std::make_unique<testing::FakeRal>(); });
        world_.runner.answer = system::Finished{0, 0, testing::unit("loaded", "active"), "", false};
    }

    void boot_systemd() const { root_.write("run/systemd/system/made", ""); }

    std::string asked() {
        world_.runner.ran.clear();
        const auto provider = make_provider(world_.context, waits_.pause(), root_.path());
        const auto answer = provider->act(
            Action::status, "web", world_.clock.monotonic() + std::chrono::seconds(1));
        if (answer.problem.ends_with("Puppet has no answer left"))
            return "Puppet";
        return world_.runner.ran.empty() ? "nobody" : world_.runner.ran[0].argv[0];
    }
};

TEST_F(ServiceProvider, IsPuppetWithoutSystemd) {
    EXPECT_EQ(asked(), "Puppet");
    root_.write("run/systemd/units", "its folder may be there without it");
    EXPECT_EQ(asked(), "Puppet");
    set("provider", "puppet");
    EXPECT_EQ(asked(), "Puppet");
}

TEST_F(ServiceProvider, IsSystemdWhereItRuns) {
    boot_systemd();
    EXPECT_EQ(asked(), "systemctl");
    set("puppet.hasstatus", "true");
    set("puppet.hasrestart", "false");
    EXPECT_EQ(asked(), "systemctl") << "these say nothing new to systemd";
    set("service.servicecmd", "/sbin/other");
    EXPECT_EQ(asked(), "systemctl") << "that is a setting of another provider";
}

TEST_F(ServiceProvider, IsPuppetWhereItsSettingsMeanSomething) {
    boot_systemd();
    set("puppet.provider", "init");
    EXPECT_EQ(asked(), "Puppet");
}

TEST_F(ServiceProvider, IsPuppetWhereNothingIsNative) {
    boot_systemd();
    world_.config.plugin["puppetral.native"] = {"0", "server.cfg:9"};
    EXPECT_EQ(asked(), "Puppet");
    world_.config.plugin["puppetral.native"] = {"perhaps", "server.cfg:9"};
    EXPECT_THROW(asked(), std::invalid_argument);
}

TEST_F(ServiceProvider, IsTheCommandEvenBesideSystemd) {
    boot_systemd();
    set("provider", "service");
    EXPECT_EQ(asked(), "/sbin/service");
}

}  // namespace
}  // namespace mco::services
