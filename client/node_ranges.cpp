#include "client/node_ranges.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace mco::client {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A name, taken apart around its number; without one it is all prefix.
struct Numbered {
    std::string_view prefix;
    std::string_view suffix;
    std::string_view digits;
    std::uint64_t number = 0;

    auto order() const { return std::tie(prefix, suffix); }

    bool operator<(const Numbered& other) const {
        return std::tuple(prefix, suffix, digits.size(), number) <
               std::tuple(other.prefix, other.suffix, other.digits.size(), other.number);
    }

    bool padded() const { return digits.size() > 1 && digits.front() == '0'; }
};

/// Where the part ends whose number counts.
std::size_t end_of_part(std::string_view name) {
    const bool address = std::all_of(
        name.begin(), name.end(), [](char c) { return is_digit(c) || c == '.' || c == ':'; });
    const auto first = address ? std::string_view::npos : name.find_first_of("0123456789");
    return std::min(name.size(), name.find('.', std::min(first, name.size())));
}

Numbered take_apart(std::string_view name) {
    constexpr std::size_t most_digits = 18;  // more do not fit the number
    const auto end = name.substr(0, end_of_part(name)).find_last_of("0123456789");
    if (end == std::string_view::npos)
        return {name, {}, {}, 0};
    auto begin = end;
    while (begin > 0 && is_digit(name[begin - 1]))
        --begin;
    const auto digits = name.substr(begin, end + 1 - begin);
    if (digits.size() > most_digits)
        return {name, {}, {}, 0};
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return {name.substr(0, begin), name.substr(end + 1), digits, number};
}

/// Whether `next` continues a range that runs from `first` to `last`.
bool continues(const Numbered& first, const Numbered& last, const Numbered& next) {
    if (next.digits.empty() || next.order() != last.order() || next.number != last.number + 1)
        return false;
    return next.digits.size() == last.digits.size() || (!first.padded() && !last.digits.empty());
}

std::string range(const Numbered& first, const Numbered& last) {
    std::string text(first.prefix);
    if (first.number == last.number)
        text += first.digits;
    else
        text.append("[").append(first.digits).append("-").append(last.digits).append("]");
    return text.append(first.suffix);
}

}  // namespace

std::vector<std::string> fold_names(const std::vector<std::string>& names) {
    std::vector<Numbered> all;
    all.reserve(names.size());
    for (const auto& name : names)
        all.push_back(take_apart(name));
    std::sort(all.begin(), all.end());
    const auto same = [](const Numbered& a, const Numbered& b) { return !(a < b) && !(b < a); };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    std::vector<std::string> folded;
    for (std::size_t begin = 0; begin < all.size();) {
        auto end = begin + 1;
        while (end < all.size() && continues(all[begin], all[end - 1], all[end]))
            ++end;
        folded.push_back(range(all[begin], all[end - 1]));
        begin = end;
    }
    return folded;
}

}  // namespace mco::client
