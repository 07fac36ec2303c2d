#include "core/metrics/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace mco::metrics {
namespace {

std::string escaped(std::string_view text, bool in_quotes) {
    std::string result;
    for (const char letter : text) {
        if (letter == '\n')
            result += "\\n";
        else if (letter == '\\' || (in_quotes && letter == '"'))
            result += {'\\', letter};
        else
            result += letter;
    }
    return result;
}

/// Whole numbers without a point, as far as a double holds each of them.
std::string number(double value) {
    constexpr double exact = 9007199254740992;
    if (std::trunc(value) == value && std::abs(value) <= exact)
        return fmt::format("{:.0f}", value);
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

}  // namespace

std::string to_text(std::string_view prefix, const std::vector<Family>& families) {
    std::string text;
    const auto out = std::back_inserter(text);
    for (const Family& family : families) {
        if (family.samples.empty())
            continue;
        const bool total = family.kind == Kind::total;
        const auto name = fmt::format("{}_{}{}", prefix, family.name, total ? "_total" : "");
        fmt::format_to(out, "# HELP {} {}\n", name, escaped(family.help, false));
        fmt::format_to(out, "# TYPE {} {}\n", name, total ? "counter" : "gauge");
        for (const auto& [value, label, of] : family.samples) {
            text += name;
            if (!label.empty())
                fmt::format_to(out, "{{{}=\"{}\"}}", label, escaped(of, true));
            fmt::format_to(out, " {}\n", number(value));
        }
    }
    return text;
}

}  // namespace mco::metrics
