// What agent and data plug-in read.
#pragma once

#include "core/error.hpp"
#include "core/filter/match.hpp"

#include <string>

namespace mco::weather {

struct Weather {
    std::string sky;  ///< its colour
    int degrees = 0;  ///< Celsius
};

/// The fact `weather` of a node. Errors: not_found.
Expected<Weather> read_weather(const filter::Inventory& node);

}  // namespace mco::weather
