#include "agents/data_question.hpp"

#include "agents/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace mco::agents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* slow_ddl = R"(
metadata :name => "slow", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 1

dataquery :description => "d" do
    input :query, :prompt => "p", :description => "d", :type => :integer, :optional => true
    output :asked, :description => "d", :display_as => "a"
    output :mood, :description => "d", :display_as => "m", :default => "fine"
end
)";

/// Answers after a while, or throws.
class SlowPlugin final : public DataPlugin {
  public:
    explicit SlowPlugin(FixedClock& clock) : clock_(clock) {}

    const ddl::Ddl& declaration() const override { return declaration_; }

    Expected<Map> look_up(const DataQuery& query) const override {
        if (fails)
            throw std::runtime_error("out of order");
        time_left = query.time_left();
        wanted = query.outputs;
        clock_.time += takes;
        return Map{{"asked", answer.is_nil() ? query.input : answer}};
    }

    std::chrono::milliseconds takes{0};
    bool fails = false;
    Value answer;
    mutable std::chrono::milliseconds time_left{};
    mutable std::vector<std::string> wanted;

  private:
    FixedClock& clock_;
    const ddl::Ddl declaration_ = ddl::parse(slow_ddl, "slow_data.ddl", ddl::Kind::data).value();
};

class DataQuestions : public testing::Test {
  protected:
    AgentWorld world_;
    SlowPlugin slow_{world_.clock};
    std::unique_ptr<DataPlugin> collective_ = world_.data_plugin("collective");

    DataQuestions() {
        world_.config.collectives = {"uk"};
        world_.node.plugins = {collective_.get(), &slow_};
    }

    Expected<Map> ask(const std::string& name, Value input = {}) {
        MCO_TRY(question, prepare_data(world_.node, name, std::move(input)));
        return question.ask(world_.clock);
    }
};

TEST_F(DataQuestions, GetTheAnswerOfThePlugin) {
    EXPECT_EQ(ask("collective", "uk").value(), (Map{{"member", true}}));
    EXPECT_EQ(ask("Collective_data", "uk").value(), (Map{{"member", true}}));
    EXPECT_EQ(ask("slow").value(), (Map{{"asked", Value()}, {"mood", "fine"}}));
}

TEST_F(DataQuestions, ConvertTextToTheDeclaredType) {
    EXPECT_EQ(*ask("slow", "7")->find("asked"), Value(7));
    EXPECT_EQ(*ask("slow", 7)->find("asked"), Value(7));
    EXPECT_EQ(ask("slow", "seven").error().code, Errc::invalid);
}

TEST_F(DataQuestions, AreRefusedAsTheDeclarationSays) {
    EXPECT_EQ(ask("nosuch").error().code, Errc::not_found);
    EXPECT_EQ(ask("system", "touch /tmp/x").error().code, Errc::not_found);
    EXPECT_EQ(ask("slow", true).error().code, Errc::invalid);
    EXPECT_EQ(ask("collective").error().code, Errc::invalid);
    EXPECT_EQ(ask("collective", std::string(300, 'x')).error().code, Errc::invalid);
}

TEST_F(DataQuestions, TakeNoLateAnswers) {
    slow_.takes = std::chrono::milliseconds(999);
    EXPECT_TRUE(ask("slow"));
    EXPECT_EQ(slow_.time_left, std::chrono::seconds(1));
    slow_.takes = std::chrono::milliseconds(1000);
    EXPECT_EQ(ask("slow").error().code, Errc::timed_out);
}

TEST_F(DataQuestions, TellWhatIsWantedAndWhenNobodyWaits) {
    const auto question = prepare_data(world_.node, "slow", {}).value();
    EXPECT_EQ(question.limit(), std::chrono::seconds(1));
    ASSERT_TRUE(question.ask(world_.clock, {"mood"}));
    EXPECT_THAT(slow_.wanted, ElementsAre("mood"));
    const std::atomic<bool> given_up = true;
    EXPECT_EQ(question.ask(world_.clock, {}, &given_up).error().code, Errc::timed_out);
    EXPECT_EQ(slow_.time_left, std::chrono::seconds(0));
}

TEST_F(DataQuestions, SurvivePluginsThatMisbehave) {
    slow_.answer = Array{"x"};
    EXPECT_THAT(ask("slow").error().message, HasSubstr("gave back more than texts"));
    slow_.fails = true;
    EXPECT_THAT(ask("slow").error().message, HasSubstr("out of order"));
}

}  // namespace
}  // namespace mco::agents
