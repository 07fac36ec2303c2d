#include "agents/puppet/run_plan.hpp"

#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

State idle_daemon() {
    State state;
    state.daemon_present = true;
    return state;
}

/// What stands behind the fixed options of the command line.
void check_options(const Map& inputs,
                   const std::string& expected,
                   const Settings& settings = {},
                   const State& state = {}) {
    const auto plan = plan_run(inputs, settings, state);
    ASSERT_TRUE(plan) << plan.error().message;
    const std::string fixed =
        settings.command_line + " --onetime --no-daemonize --color=false --show_diff --verbose";
    EXPECT_EQ(plan->text, fixed + (expected.empty() ? "" : " " + expected));
    EXPECT_FALSE(plan->signal_daemon);
    EXPECT_EQ(plan->command.size(),
              std::size_t(std::count(plan->text.begin(), plan->text.end(), ' ')) + 1);
}

void check_refusal(const Map& inputs,
                   const std::string& expected,
                   const Settings& settings = {},
                   const State& state = {}) {
    const auto plan = plan_run(inputs, settings, state);
    ASSERT_FALSE(plan) << plan->text;
    EXPECT_EQ(plan.error().message, expected);
}

TEST(RunPlan, TurnsInputsIntoOptionsInTheOriginalsOrder) {
    Settings open;
    open.allow_server_override = true;
    const std::string splay = "--splay --splaylimit 30";
    check_options({}, splay);
    check_options({{"force", true}}, "--no-splay");
    check_options({{"force", true}, {"splay", true}, {"splaylimit", 9}}, "--no-splay");
    check_options({{"force", false}}, splay);
    check_options({{"splay", false}}, "--no-splay");
    check_options({{"splay", false}, {"splaylimit", 9}}, "--no-splay --splaylimit 9");
    check_options({{"splaylimit", 9}}, "--splay --splaylimit 9");
    check_options({{"force", true}, {"tags", " a , b::c "}}, "--tags a,b::c --no-splay");
    check_options({{"force", true}, {"noop", true}}, "--no-splay --noop");
    check_options({{"force", true}, {"noop", false}}, "--no-splay --no-noop");
    check_options({{"force", true}, {"ignoreschedules", "true"}}, "--no-splay --ignoreschedules");
    check_options({{"force", true}, {"ignoreschedules", "false"}}, "--no-splay");
    check_options({{"use_cached_catalog", true},
                   {"ignoreschedules", true},
                   {"server", "p.example:8140"},
                   {"environment", "dev_1"},
                   {"noop", true},
                   {"force", true},
                   {"tags", "x"}},
                  "--tags x --no-splay --noop --environment dev_1 --server p.example --masterport "
                  "8140 --ignoreschedules "
                  "--use_cached_catalog",
                  open);
    check_options({{"force", true}, {"use_cached_catalog", false}},
                  "--no-splay --no-use_cached_catalog");
}

TEST(RunPlan, UsesTheSettingsForWhatTheRequestDoesNotSay) {
    Settings settings;
    settings.command_line = "puppet apply /x.pp";
    settings.command = {"puppet", "apply", "/x.pp"};
    settings.splay = false;
    check_options({}, "--no-splay", settings);
    settings.splay = true;
    settings.splaylimit = 120;
    check_options({}, "--splay --splaylimit 120", settings);
}

TEST(RunPlan, GivesThePortToPuppetsThatHaveAnotherNameForIt) {
    Settings open;
    open.allow_server_override = true;
    const Map inputs{{"force", true}, {"server", "p.example:99"}};
    const auto plan = plan_run(inputs, open, {}, true);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->text.ends_with("--server p.example --masterport 99 --serverport 99"));
    const auto usual = plan_run({{"force", true}, {"server", "p.example"}}, open, {}, true);
    EXPECT_TRUE(usual->text.ends_with("--server p.example"));
}

TEST(RunPlan, TakesServersApart) {
    Settings open;
    open.allow_server_override = true;
    const std::pair<const char*, const char*> cases[] = {
        {"puppet.example", "--server puppet.example"},
        {"puppet.example:99", "--server puppet.example --masterport 99"},
        {"2001:db8::1", "--server 2001:db8::1"},
        {"[2001:db8::1]", "--server 2001:db8::1"},
        {"[2001:db8::1]:99", "--server 2001:db8::1 --masterport 99"},
    };
    for (const auto& [server, words] : cases)
        check_options(
            {{"force", true}, {"server", server}}, std::string("--no-splay ") + words, open);
    for (const char* server :
         {"", "--noop", "a b", "a:", "a:b", "[::1]x", "[]", "a;b", "a\nb", "a:123456"})
        check_refusal(
            {{"server", server}}, "Invalid server '" + std::string(server) + "' specified", open);
}

TEST(RunPlan, RefusesWhatMustNotRun) {
    State disabled;
    disabled.enabled = false;
    check_refusal({}, "Puppet is disabled", {}, disabled);
    disabled.disable_message = "moving house";
    check_refusal({}, "Puppet is disabled: 'moving house'", {}, disabled);
    State applying;
    applying.applying = true;
    check_refusal({}, "Puppet is currently applying a catalog, cannot run now", {}, applying);
    check_refusal({{"server", "x"}},
                  "Passing 'server' option is not allowed in module configuration");
    check_refusal({{"server", "x"}},
                  "Passing 'server' option is not allowed in module configuration",
                  {},
                  applying);
    check_refusal({{"tags", "a,-b"}}, "Invalid tag '-b' specified");
    check_refusal({{"tags", "a::"}}, "Invalid tag 'a::' specified");
    check_refusal({{"tags", ""}}, "Invalid tag '' specified");
    check_refusal({{"environment", "--x"}}, "Invalid environment '--x' specified");
    check_refusal({{"environment", "7"}}, "Invalid environment '7' specified");
    check_refusal({{"splaylimit", 1.5}}, "Invalid splaylimit '1.5' specified");
    check_refusal({{"splaylimit", -1}}, "Invalid splaylimit '-1' specified");
}

TEST(RunPlan, SignalsAnIdleDaemon) {
    const auto plan = plan_run({}, {}, idle_daemon());
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->signal_daemon);
    EXPECT_TRUE(plan_run({{"force", true}, {"splay", true}}, {}, idle_daemon())->signal_daemon)
        << "splay is the daemon's";
    const std::string refusal =
        "Cannot specify any custom puppet options when the daemon is running";
    check_refusal({{"noop", true}}, refusal, {}, idle_daemon());
    check_refusal({{"tags", "a"}}, refusal, {}, idle_daemon());
    Settings never;
    never.signal_daemon = false;
    check_options({{"noop", true}, {"force", true}}, "--no-splay --noop", never, idle_daemon());
}

}  // namespace
}  // namespace mco::puppet
