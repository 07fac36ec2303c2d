#include "cli/render/ping.hpp"

#include "cli/render/spark.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace mco::render {

namespace {

std::vector<double> times_of(const std::vector<Pong>& pongs) {
    std::vector<double> times;
    times.reserve(pongs.size());
    for (const auto& pong : pongs)
        times.push_back(pong.milliseconds);
    return times;
}

double mean(const std::vector<double>& times) {
    return std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
}

/// Microseconds are the last that means something.
double rounded(double milliseconds) {
    return std::round(milliseconds * 1000) / 1000;
}

}  // namespace

std::string ping_line(const Pong& pong) {
    return fmt::format("{} time={:.2f} ms\n", left(pong.node, 40), pong.milliseconds);
}

std::string ping_statistics(const std::vector<Pong>& pongs, bool graph) {
    const auto times = times_of(pongs);
    std::string text = "\n\n---- ping statistics ----\n";
    if (times.empty())
        return text + "No responses received\n";
    const auto [fastest, slowest] = std::minmax_element(times.begin(), times.end());
    return text + fmt::format("{} replies max: {:.2f} min: {:.2f} avg: {:.2f} {}\n",
                              times.size(),
                              *slowest,
                              *fastest,
                              mean(times),
                              graph ? spark_of_times(times) : "");
}

std::string ping_table(const std::vector<Pong>& pongs, const GridStyle& style) {
    if (pongs.empty())
        return {};
    Grid grid({"Node", "Time (ms)"});
    for (const auto& pong : pongs)
        grid.add({one_line(pong.node), fmt::format("{:.2f}", pong.milliseconds)});
    return '\n' + grid.text(style);
}

Value ping_object(const Pong& pong) {
    return Map{{"sender", pong.node}, {"milliseconds", rounded(pong.milliseconds)}};
}

Value ping_summary(const std::vector<Pong>& pongs) {
    Map summary{{"replies", static_cast<std::int64_t>(pongs.size())}};
    if (const auto times = times_of(pongs); !times.empty()) {
        const auto [fastest, slowest] = std::minmax_element(times.begin(), times.end());
        summary.set("milliseconds",
                    Map{{"min", rounded(*fastest)},
                        {"max", rounded(*slowest)},
                        {"average", rounded(mean(times))}});
    }
    return Map{{"summary", std::move(summary)}};
}

}  // namespace mco::render
