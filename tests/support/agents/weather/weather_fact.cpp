#include "weather_fact.hpp"

#include "core/filter/fact_path.hpp"

#include <charconv>

namespace mco::weather {

Expected<Weather> read_weather(const filter::Inventory& node) {
    const auto* sky = filter::find_fact(*node.facts, "weather.sky");
    const auto* degrees = filter::find_fact(*node.facts, "weather.degrees");
    if (sky == nullptr || sky->text() == nullptr || degrees == nullptr ||
        degrees->text() == nullptr)
        return fail(Errc::not_found, "there is no weather here");
    Weather weather{*sky->text()};
    const auto& text = *degrees->text();
    std::from_chars(text.data(), text.data() + text.size(), weather.degrees);
    return weather;
}

}  // namespace mco::weather
