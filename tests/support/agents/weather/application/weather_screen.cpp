#include "weather_screen.hpp"

#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mco::weather {

namespace {

std::string output(const client::Result& result, std::string_view name) {
    const auto* value = result.data.find(name);
    return value != nullptr ? text::to_s(*value) : "?";
}

}  // namespace

std::string screen(std::vector<client::Result> results, const render::Palette& palette) {
    std::ranges::sort(results, {}, &client::Result::sender);
    std::string text;
    for (const auto& result : results)
        text +=
            fmt::format("{}: {}\n",
                        result.sender,
                        result.status == 0 ? fmt::format("{} sky, {} degrees",
                                                         output(result, "sky"),
                                                         output(result, "degrees"))
                                           : palette.paint(render::Colour::red, result.message));
    return text;
}

}  // namespace mco::weather
