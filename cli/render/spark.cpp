#include "cli/render/spark.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace mco::render {

namespace {

constexpr std::array<std::string_view, 7> glyphs = {"▁", "▂", "▃", "▄", "▅", "▆", "▇"};
constexpr std::size_t highest = glyphs.size() - 1;

/// Glyph of a bucket that holds `count` where the fullest holds `most`.
std::size_t height(std::size_t count, std::size_t most) {
    const auto step = static_cast<double>(most) / static_cast<double>(highest);
    return std::min(highest,
                    static_cast<std::size_t>(std::lround(static_cast<double>(count) / step)));
}

}  // namespace

std::string spark_of_times(const std::vector<double>& milliseconds) {
    if (milliseconds.empty())
        return {};
    std::vector<std::size_t> steps;
    for (const auto time : milliseconds)
        steps.push_back(static_cast<std::size_t>(std::max(0.0, time) / 50) + 1);
    const auto [first, last] = std::minmax_element(steps.begin(), steps.end());
    // A node that answers after an hour must not cost a line of that many characters.
    std::vector<std::size_t> counts(std::min<std::size_t>(*last - *first + 1, 10'000));
    for (const auto step : steps)
        ++counts[std::min(step - *first, counts.size() - 1)];
    const auto most = *std::max_element(counts.begin(), counts.end());
    std::string text;
    for (const auto count : counts)
        text += glyphs[height(count, most)];
    return text;
}

std::string spark_of_values(const std::vector<double>& values) {
    if (values.empty())
        return {};
    constexpr std::size_t buckets = 20;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    std::array<std::size_t, buckets> counts{};
    const auto size = (*high - *low) / buckets + 1;
    if (*high > *low)
        for (const auto value : values)
            ++counts[std::min(buckets - 1, static_cast<std::size_t>((value - *low) / size))];
    const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
    std::string text;
    for (const auto count : counts)
        text +=
            glyphs[count == 0 || *fewest == *most ? 0
                                                  : std::max<std::size_t>(1, height(count, *most))];
    return text;
}

}  // namespace mco::render
