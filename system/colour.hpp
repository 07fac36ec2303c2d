// Whether escape codes for colours are written to a stream.
#pragma once

namespace mco::system {

/// What the user's environment says; null when unset.
struct ColourVariables {
    const char* no_color = nullptr;        ///< NO_COLOR, not empty: never
    const char* clicolor_force = nullptr;  ///< CLICOLOR_FORCE, not empty and not 0: into pipes, too
};

/// `configured`: the setting `color`. Without variables that say otherwise terminals get colours,
/// pipes and files do not. Any thread.
bool wants_colour(bool configured, int descriptor, const ColourVariables& variables);

}  // namespace mco::system
