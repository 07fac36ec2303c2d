#include "daemon/data_question.hpp"

#include "agents/testing.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace mco::daemon {
namespace {

/// Answers after a while, or throws.
class SlowPlugin final : public agents::DataPlugin {
  public:
    explicit SlowPlugin(agents::FixedClock& clock) : clock_(clock) {
        declaration_.kind = ddl::Kind::data;
        declaration_.metadata.name = "slow";
        declaration_.metadata.timeout = 1;
        declaration_.actions = {{"data", "", ddl::Display::ok, {}, {}, {}}};
    }

    const ddl::Ddl& declaration() const override { return declaration_; }

    Expected<Map> look_up(const std::string* query) const override {
        if (fails)
            throw std::runtime_error("out of order");
        clock_.time += takes;
        return Map{{"asked", query != nullptr}};
    }

    std::chrono::seconds takes{0};
    bool fails = false;

  private:
    agents::FixedClock& clock_;
    ddl::Ddl declaration_;
};

class AskData : public testing::Test {
  protected:
    agents::AgentWorld world_;
    SlowPlugin slow_{world_.clock};
    std::unique_ptr<agents::DataPlugin> collective_ = world_.data_plugin("collective");

    AskData() {
        world_.config.collectives = {"uk"};
        world_.node.plugins = {collective_.get(), &slow_};
    }

    Expected<Map> ask(const std::string& name, std::optional<std::string> params = {}) {
        filter::DataTest test;
        test.name = name;
        test.params = std::move(params);
        return ask_data(world_.node, world_.clock, test);
    }
};

TEST_F(AskData, GetsTheAnswerOfThePlugin) {
    EXPECT_EQ(ask("collective", "uk").value(), (Map{{"member", true}}));
    EXPECT_EQ(ask("slow").value(), (Map{{"asked", false}}));
}

TEST_F(AskData, RefusesWhatTheDeclarationDoes) {
    EXPECT_EQ(ask("nosuch").error().code, Errc::not_found);
    EXPECT_EQ(ask("system", "touch /tmp/x").error().code, Errc::not_found);
    EXPECT_EQ(ask("slow", "x").error().code, Errc::invalid);
    EXPECT_FALSE(ask("collective"));
    EXPECT_FALSE(ask("collective", std::string(300, 'x')));
}

TEST_F(AskData, DoesNotTakeLateAnswers) {
    slow_.takes = std::chrono::seconds(2);
    EXPECT_EQ(ask("slow").error().code, Errc::timed_out);
}

TEST_F(AskData, SurvivesPluginsThatThrow) {
    slow_.fails = true;
    EXPECT_EQ(ask("slow").error().message, "out of order");
}

}  // namespace
}  // namespace mco::daemon
