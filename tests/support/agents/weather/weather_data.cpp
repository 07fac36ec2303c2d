// Data plug-in of a site's own, in a folder outside of the tree (agents/README.md): tests build it
// in.
#include "agents/agent.hpp"
#include "core/filter/fact_path.hpp"

#include <charconv>
#include <memory>
#include <string>

namespace mco::agents {
namespace {

class WeatherData final : public DataPlugin {
  public:
    explicit WeatherData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("weather"); }

    bool is_active() const override { return context_.config.plugin_string("weather", "") != "no"; }

    Expected<Map> look_up(const DataQuery& query) const override {
        const auto node = context_.node.inventory();
        const auto* sky = filter::find_fact(*node->facts, "weather.sky");
        const auto* degrees = filter::find_fact(*node->facts, "weather.degrees");
        if (sky == nullptr || degrees == nullptr || degrees->text() == nullptr)
            return fail(Errc::not_found, "there is no weather here");
        Map answer{{"sunny", *sky == Value("blue")}};
        const auto& text = *degrees->text();
        int now = 0;
        std::from_chars(text.data(), text.data() + text.size(), now);
        if (const auto* limit = query.input.integer())
            answer.set("warmer", now > *limit);
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
