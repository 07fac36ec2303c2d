// The data plug-in of the example: `-S "weather('20').warmer=true"`.
#include "agents/agent.hpp"
#include "weather_fact.hpp"

#include <memory>

namespace mco::agents {
namespace {

class WeatherData final : public DataPlugin {
  public:
    explicit WeatherData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("weather"); }

    bool is_active() const override { return context_.config.plugin_string("weather", "") != "no"; }

    Expected<Map> look_up(const DataQuery& query) const override {
        MCO_TRY(weather, weather::read_weather(*context_.node.inventory()));
        Map answer{{"sunny", weather.sky == "blue"}};
        if (const auto* limit = query.input.integer())
            answer.set("warmer", weather.degrees > *limit);
        return answer;
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_weather_data(const AgentContext& context) {
    return std::make_unique<WeatherData>(context);
}

}  // namespace mco::agents
