#include "client/rollout/allowed_failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace mco::client {

namespace {

/// `12` or `12.5`: no sign, no exponent, no names.
std::optional<double> plain_number(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back()))
        return std::nullopt;
    double number = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc() || rest != end)
        return std::nullopt;
    return number;
}

}  // namespace

std::size_t AllowedFailures::of(std::size_t nodes) const {
    constexpr double rounding = 1e-9;  // 0.7 of 10 is a little less than 7
    const auto all = static_cast<double>(nodes);
    const auto share = percent ? all * amount / 100 : amount;
    return static_cast<std::size_t>(std::floor(std::clamp(share + rounding, 0.0, all)));
}

Expected<AllowedFailures> parse_allowed_failures(std::string_view text) {
    const bool percent = text.ends_with('%');
    const auto number = plain_number(text.substr(0, text.size() - (percent ? 1 : 0)));
    const bool fits = number && (percent ? *number <= 100 : *number == std::floor(*number));
    if (!fits)
        return fail(Errc::invalid,
                    fmt::format("'{}' failures cannot be allowed: give a number of nodes, as in 3, "
                                "or a share of them from 0% to 100%, as in 12.5%",
                                text));
    return AllowedFailures{*number, percent};
}

std::string to_text(const AllowedFailures& allowed) {
    return fmt::format("{}{}", fmt::format("{:.10g}", allowed.amount), allowed.percent ? "%" : "");
}

}  // namespace mco::client
