#include "cli/render/colour.hpp"

namespace mco::render {

namespace {

constexpr std::string_view reset = "\x1b[0m";

std::string_view code(Colour colour) {
    switch (colour) {
        case Colour::red:
            return "\x1b[31m";
        case Colour::green:
            return "\x1b[32m";
        case Colour::yellow:
            return "\x1b[33m";
        case Colour::cyan:
            return "\x1b[36m";
        case Colour::bold:
            return "\x1b[1m";
        case Colour::normal:
            break;
    }
    return reset;
}

}  // namespace

std::string Palette::paint(Colour colour, std::string_view text) const {
    if (!on)
        return std::string(text);
    std::string painted(code(colour));
    painted += text;
    painted += reset;
    return painted;
}

std::function<std::string(std::string_view)> Palette::painter(Colour colour) const {
    return [*this, colour](std::string_view text) { return paint(colour, text); };
}

}  // namespace mco::render
