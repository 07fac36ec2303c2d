#include "system/colour.hpp"

#include <string_view>

#include <unistd.h>

namespace mco::system {

bool wants_colour(bool configured, int descriptor, const ColourVariables& variables) {
    const std::string_view refused = variables.no_color ? variables.no_color : "";
    const std::string_view forced = variables.clicolor_force ? variables.clicolor_force : "";
    return configured && refused.empty() &&
           ((!forced.empty() && forced != "0") || isatty(descriptor) == 1);
}

}  // namespace mco::system
