#include "core/serializer/marshal_objects.hpp"

#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace mco::serializer::marshal {
namespace {

constexpr std::size_t largest_integer = 512;        // bytes; more is not worth the time
constexpr std::int64_t longest_offset = 24 * 3600;  // seconds

/// The value of the variable `name` among variable, value, variable, value …
const Value* variable(const Array& children, std::string_view name) {
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
        if (children[i].symbol() != nullptr && children[i].symbol()->name == name)
            return &children[i + 1];
    }
    return nullptr;
}

std::string printed(const Value* value) {
    return value == nullptr ? std::string() : text::to_s(*value);
}

Value unreadable(const Node& node) {
    return Value(fmt::format("#<{}: not readable here>", node.name));
}

std::uint32_t word(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return number;
}

/// Seconds since 1970 in the two words that Time makes of itself; none if they are no date.
std::optional<std::int64_t> seconds_of(std::uint32_t high, std::uint32_t low) {
    if ((high & 0x80000000U) == 0)  // the oldest form
        return high;
    const auto year = static_cast<int>((high >> 14U) & 0xffffU) + 1900;
    const std::chrono::year_month_day date(std::chrono::year(std::min(year, 9999)),
                                           std::chrono::month(((high >> 10U) & 0xfU) + 1),
                                           std::chrono::day((high >> 5U) & 0x1fU));
    if (year > 9999 || !date.ok())
        return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch();
    return std::int64_t{days.count()} * 86'400 + (high & 0x1fU) * 3600 + (low >> 26U) * 60 +
           ((low >> 20U) & 0x3fU);
}

bool is_offset(std::int64_t shift) {
    return shift >= -longest_offset && shift <= longest_offset;
}

std::string time_text(std::int64_t utc, std::int64_t offset, bool is_utc) {
    const auto local = std::chrono::sys_seconds(std::chrono::seconds(utc + offset));
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const auto clock = std::chrono::hh_mm_ss(local - day);
    const auto zone = std::abs(offset) / 60;
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        is_utc ? std::string("UTC")
               : fmt::format("{}{:02}{:02}", offset < 0 ? '-' : '+', zone / 60, zone % 60));
}

std::optional<std::string> time_object(const Node& node, const Array& children) {
    if (node.text.size() < 8)
        return std::nullopt;
    const auto high = word(node.text, 0);
    const auto utc = seconds_of(high, word(node.text, 4));
    const auto* offset = variable(children, "offset");
    const auto* shift = offset == nullptr ? nullptr : offset->integer();
    const bool is_utc = shift == nullptr || (high & 0x40000000U) != 0;
    if (!utc || (shift != nullptr && !is_offset(*shift)))
        return std::nullopt;
    return time_text(*utc, is_utc ? 0 : *shift, is_utc);
}

/// Date and DateTime: cycles, the Julian day, the second of that day, its fraction, the offset.
std::optional<std::string> date_object(std::string_view name, const Array& parts) {
    if (parts.size() < 5 || parts[0] != Value(0))
        return std::nullopt;
    const auto* julian = parts[1].integer();
    const auto* second = parts[2].integer();
    const auto* offset = parts[4].integer();
    constexpr std::int64_t first = 1'721'426;  // the Julian day of 0001-01-01
    constexpr std::int64_t epoch = 2'440'588;  // of 1970-01-01
    constexpr std::int64_t last = 5'373'484;   // of 9999-12-31
    if (julian == nullptr || second == nullptr || offset == nullptr || *julian < first ||
        *julian > last || *second < 0 || *second > 86'400 || !is_offset(*offset))
        return std::nullopt;
    const auto text = time_text((*julian - epoch) * 86'400 + *second, *offset, false);
    if (name == "Date")
        return text.substr(0, 10);
    return fmt::format(
        "{}T{}{}:{}", text.substr(0, 10), text.substr(11, 8), text.substr(20, 3), text.substr(23));
}

std::string pairs(const Array& children) {
    std::string text;
    for (std::size_t i = 0; i + 1 < children.size(); i += 2)
        text += fmt::format(
            "{} {}={}", i == 0 ? "" : ",", printed(&children[i]), text::inspect(children[i + 1]));
    return text;
}

std::string open_struct(const Map& members) {
    Array children;
    for (const auto& [key, value] : members.entries()) {
        children.push_back(key);
        children.push_back(value);
    }
    return "#<OpenStruct" + pairs(children) + ">";
}

std::optional<std::string> number_of_two(const Node& node, const Array& parts) {
    if (parts.size() != 2)
        return std::nullopt;
    const auto first = printed(parts.data());
    const auto second = printed(&parts[1]);
    if (node.name == "Rational")
        return first + '/' + second;
    return first + (second.starts_with('-') ? "" : "+") + second + 'i';
}

Value user(const Node& node, const Value& made) {
    std::optional<std::string> text;
    const auto* parts = made.array();
    if (node.name == "OpenStruct" && made.map() != nullptr)
        text = open_struct(*made.map());
    else if (parts != nullptr && (node.name == "Rational" || node.name == "Complex"))
        text = number_of_two(node, *parts);
    else if (parts != nullptr)
        text = date_object(node.name, *parts);
    return text ? Value(*std::move(text)) : unreadable(node);
}

Value dumped(const Node& node, const Array& children) {
    if (node.name == "Time") {
        if (auto text = time_object(node, children))
            return Value(*std::move(text));
    }
    if (node.name == "BigDecimal")
        return Value(node.text.substr(node.text.find(':') + 1));
    return unreadable(node);
}

Value exception(const Node& node, const Value& message) {
    const auto text = printed(&message);
    return Value(text.empty() ? std::string(node.name) : fmt::format("#<{}: {}>", node.name, text));
}

Value range(const Array& children) {
    const auto* open = variable(children, "excl");
    return Value(printed(variable(children, "begin")) +
                 (open != nullptr && *open == Value(true) ? "..." : "..") +
                 printed(variable(children, "end")));
}

/// How a child process ended: by a signal, or with an exit code.
Value process_status(const Node& node, const Array& children) {
    const auto* status = variable(children, "status");
    const auto* number = status == nullptr ? nullptr : status->integer();
    if (number == nullptr)
        return unreadable(node);
    const auto bits = static_cast<std::uint64_t>(*number);
    const auto signal = bits & 0x7fU;
    return Value(fmt::format("#<Process::Status: pid {} {} {}>",
                             printed(variable(children, "pid")),
                             signal == 0 ? "exit" : "signal",
                             signal == 0 ? (bits >> 8U) & 0xffU : signal));
}

Value set(const Node& node, const Array& children) {
    const auto* members = variable(children, "@hash");
    if (members == nullptr || members->map() == nullptr)
        return unreadable(node);
    Array list;
    for (const auto& entry : members->map()->entries())
        list.push_back(entry.key);
    return Value(std::move(list));
}

Value plain_object(const Node& node, const Array& children) {
    if (node.name == "Range")
        return range(children);
    if (node.name == "Process::Status")
        return process_status(node, children);
    if (node.name == "Set")
        return set(node, children);
    const auto* message = variable(children, "mesg");
    return message != nullptr ? exception(node, *message) : unreadable(node);
}

}  // namespace

bool has_readable_children(const Node& node) {
    constexpr std::array<std::string_view, 6> users = {
        "OpenStruct", "Rational", "Complex", "Date", "DateTime", "Time"};
    if (node.kind == Kind::object || node.kind == Kind::structure)
        return true;
    return std::find(users.begin(), users.end(), node.name) != users.end();
}

Value object(const Node& node, const Array& children) {
    switch (node.kind) {
        case Kind::dumped:
            return dumped(node, children);
        case Kind::structure:
            return Value("#<struct " + std::string(node.name) + pairs(children) + ">");
        case Kind::user:
            return children.size() == 1 ? user(node, children.front()) : unreadable(node);
        default:
            return plain_object(node, children);
    }
}

std::string big_integer(const Node& node) {
    if (node.text.size() > largest_integer)
        return fmt::format("(an integer of {} bits)", 8 * node.text.size());
    constexpr std::uint64_t base = 1'000'000'000;
    std::vector<std::uint64_t> digits;  // base 10^9, the lowest first
    for (auto byte = node.text.rbegin(); byte != node.text.rend(); ++byte) {
        std::uint64_t carry = static_cast<unsigned char>(*byte);
        for (auto& digit : digits) {
            carry += digit << 8U;
            digit = carry % base;
            carry /= base;
        }
        if (carry != 0)
            digits.push_back(carry);
    }
    std::string text = node.options == 1 ? "-" : "";
    text += digits.empty() ? "0" : std::to_string(digits.back());
    for (auto i = digits.size(); i > 1; --i)
        text += fmt::format("{:09}", digits[i - 2]);
    return text;
}

std::string from_latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
            continue;
        }
        text += static_cast<char>(0xc0U | (byte >> 6U));
        text += static_cast<char>(0x80U | (byte & 0x3fU));
    }
    return text;
}

}  // namespace mco::serializer::marshal
