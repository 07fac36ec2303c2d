#include "core/config/assign.hpp"

#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

namespace mco::config {

namespace {

using Complaint = std::optional<std::string>;

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

template <std::size_t N>
Complaint assign_word(std::string& member,
                      const std::string& value,
                      const std::array<std::string_view, N>& words) {
    auto lowered = lower_case(value);
    if (std::find(words.begin(), words.end(), lowered) != words.end()) {
        member = std::move(lowered);
        return std::nullopt;
    }
    std::string all = "one of";
    for (const auto word : words)
        all += ' ' + std::string(word);
    return all;
}

Complaint assign_text(std::string& member, const std::string& value, Form form) {
    static constexpr std::array<std::string_view, 5> levels = {
        "debug", "info", "warn", "error", "fatal"};
    static constexpr std::array<std::string_view, 3> loggers = {"file", "syslog", "console"};
    static constexpr std::array<std::string_view, 2> limiters = {"first", "random"};
    switch (form) {
        case Form::level:
            return assign_word(member, value, levels);
        case Form::logger:
            return assign_word(member, value, loggers);
        case Form::limiter:
            return assign_word(member, value, limiters);
        case Form::lower:
            member = lower_case(value);
            return std::nullopt;
        default:
            member = value;
            return std::nullopt;
    }
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= text.size()) {
        const auto end = std::min(text.find(separator, start), text.size());
        const auto part = trimmed(std::string_view(text).substr(start, end - start));
        if (!part.empty())
            parts.emplace_back(part);
        start = end + 1;
    }
    return parts;
}

Complaint assign_list(std::vector<std::string>& member, const std::string& value, Form form) {
    if (form == Form::repeated) {
        member.push_back(value);
        return std::nullopt;
    }
    auto parts = split(value, form == Form::paths ? ':' : ',');
    if (parts.empty())
        return "a list with at least one member";
    if (form == Form::commas) {
        member = std::move(parts);
        return std::nullopt;
    }
    const auto relative = [](const std::string& path) { return path.front() != '/'; };
    if (std::any_of(parts.begin(), parts.end(), relative))
        return "a list of absolute paths";
    member.insert(member.end(), parts.begin(), parts.end());
    return std::nullopt;
}

/// Bounds are those of an int: seconds are turned into finer units later.
template <class Number>
Complaint assign_number(Number& member, const std::string& value, Form form) {
    const auto number = parse_integer(value);
    if (!number)
        return "an integer";
    if (form == Form::positive && *number <= 0)
        return "above zero";
    if (form == Form::count && *number < 0)
        return "zero or more";
    constexpr std::int64_t highest = std::numeric_limits<int>::max();
    if (*number > highest || *number < -highest)
        return "between -2147483647 and 2147483647";
    if constexpr (std::is_arithmetic_v<Number>)
        member = static_cast<Number>(*number);
    else
        member = std::chrono::seconds(*number);
    return std::nullopt;
}

Complaint assign_real(double& member, const std::string& value) {
    const auto number = parse_real(value);
    if (!number)
        return "a number";
    if (*number < 0 || *number > std::numeric_limits<int>::max())
        return "between 0 and 2147483647";
    member = *number;
    return std::nullopt;
}

Complaint assign_bool(bool& member, const std::string& value) {
    const auto flag = parse_bool(value);
    if (!flag)
        return "a boolean: 1, yes, true, y, t or 0, no, false, n, f";
    member = *flag;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> assign(Config& config, const CoreKey& key, const std::string& value) {
    const auto place = [&](auto member) -> Complaint {
        if constexpr (std::is_same_v<decltype(member), std::monostate>) {
            return std::nullopt;
        } else {
            auto& target = config.*member;
            using Target = std::decay_t<decltype(target)>;
            if constexpr (std::is_same_v<Target, std::string>)
                return assign_text(target, value, key.form);
            else if constexpr (std::is_same_v<Target, bool>)
                return assign_bool(target, value);
            else if constexpr (std::is_same_v<Target, double>)
                return assign_real(target, value);
            else if constexpr (std::is_same_v<Target, std::vector<std::string>>)
                return assign_list(target, value, key.form);
            else
                return assign_number(target, value, key.form);
        }
    };
    return std::visit(place, key.member);
}

}  // namespace mco::config
