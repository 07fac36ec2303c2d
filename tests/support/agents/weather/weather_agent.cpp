// The agent of an example: everything of it, its data plug-in and its command included, stands in
// this folder (agents/README.md). Tests build it in.
#include "agents/agent.hpp"
#include "weather_fact.hpp"

#include <memory>

namespace mco::agents {
namespace {

class WeatherAgent final : public Agent {
  public:
    explicit WeatherAgent(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.agent("weather"); }

    rpc::Output act(const Call& call) const override {
        const auto weather = weather::read_weather(*context_.node.inventory());
        if (!weather)
            return rpc::failure(weather.error().message);
        const auto* scale = call.inputs.find("scale");
        const bool fahrenheit = scale != nullptr && *scale == Value("fahrenheit");
        const int degrees = fahrenheit ? weather->degrees * 9 / 5 + 32 : weather->degrees;
        return {rpc::Status::ok, "OK", Map{{"sky", weather->sky}, {"degrees", degrees}}};
    }

  private:
    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<Agent> make_weather_agent(const AgentContext& context) {
    return std::make_unique<WeatherAgent>(context);
}

}  // namespace mco::agents
