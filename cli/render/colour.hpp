// The colours of the screen (spec 0.2), switched on or off in one place.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mco::render {

enum class Colour { red, green, yellow, cyan, bold, normal };

/// Whether escape codes are written. With `on == false` the text is the same without them.
struct Palette {
    bool on = true;

    /// `text` in `colour`, closed by a reset. `Colour::normal` writes the reset code on both sides.
    std::string paint(Colour colour, std::string_view text) const;

    /// The same as a function of the text, for who knows nothing of colours.
    std::function<std::string(std::string_view)> painter(Colour colour) const;
};

}  // namespace mco::render
