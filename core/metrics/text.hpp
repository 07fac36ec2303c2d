// Figures in the text format that Prometheus reads (version 0.0.4).
//
//   # HELP NAME what it is
//   # TYPE NAME counter|gauge
//   NAME{label="value"} 12
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mco::metrics {

enum class Kind {
    total,  ///< counts from the start; the name gets `_total`
    now,    ///< goes up and down
};

/// One number, and the label that tells it from its neighbours; an empty name: there is none.
struct Sample {
    double value = 0;
    std::string label;  ///< a word
    std::string of;     ///< its value, any text
};

/// All samples of one name.
struct Family {
    std::string name;  ///< words joined by `_`, without the program's prefix and without `_total`
    Kind kind = Kind::now;
    std::string help;  ///< one sentence
    std::vector<Sample> samples;
};

/// The document; families without samples are left out. Every name begins with `prefix` and `_`.
/// Never fails: what would break a line is escaped. Any thread.
std::string to_text(std::string_view prefix, const std::vector<Family>& families);

/// What `to_text` is sent as.
constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace mco::metrics
