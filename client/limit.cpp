#include "client/limit.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t largest = 1'000'000;

/// Ruby's `rand(size)`: words of the Mersenne Twister, cut to as many bits as `size` - 1 has, until
/// one is small enough. `size` is positive.
std::size_t draw(std::mt19937& generator, std::size_t size) {
    const auto limit = static_cast<std::uint32_t>(size - 1);
    if (limit == 0)
        return 0;
    std::uint32_t mask = limit;
    for (const int shift : {1, 2, 4, 8, 16})
        mask |= mask >> shift;
    for (;;)
        if (const auto word = static_cast<std::uint32_t>(generator()) & mask; word <= limit)
            return word;
}

std::size_t share(std::size_t nodes, const Amount& amount) {
    return nodes * amount.number / 100;
}

}  // namespace

std::optional<Amount> parse_amount(std::string_view text) {
    Amount amount;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, amount.number);
    if (error == std::errc::invalid_argument)
        return std::nullopt;
    if (error == std::errc::result_out_of_range)
        amount.number = largest;
    amount.number = std::min(amount.number, largest);
    const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    amount.percent = !unit.empty();
    // The original takes any number of percent signs.
    if (unit.find_first_not_of('%') != std::string_view::npos)
        return std::nullopt;
    return amount;
}

std::optional<std::size_t> enough(const std::optional<Limit>& limit) {
    if (!limit || limit->amount.percent || limit->pick == Pick::random)
        return std::nullopt;
    return limit->amount.number;
}

std::vector<std::string> pick_nodes(std::vector<std::string> nodes, const Limit& limit) {
    if (nodes.empty())
        return nodes;
    const auto wanted = limit.amount.percent
                            ? std::max<std::size_t>(1, share(nodes.size(), limit.amount))
                            : limit.amount.number;
    const auto count = std::min(wanted, nodes.size());
    if (limit.pick == Pick::first) {
        nodes.resize(count);
        return nodes;
    }
    if (limit.seed)
        std::sort(nodes.begin(), nodes.end());
    std::mt19937 generator(limit.seed ? *limit.seed : std::random_device{}());
    std::vector<std::string> picked;
    while (picked.size() < count) {
        const auto at = static_cast<std::ptrdiff_t>(draw(generator, nodes.size()));
        picked.push_back(std::move(nodes[static_cast<std::size_t>(at)]));
        nodes.erase(nodes.begin() + at);
    }
    return picked;
}

std::vector<std::vector<std::string>> batches(const std::vector<std::string>& nodes,
                                              const Amount& size) {
    const auto part = size.percent ? (nodes.size() * size.number + 99) / 100 : size.number;
    const auto step = part == 0 ? std::max<std::size_t>(1, nodes.size()) : part;
    std::vector<std::vector<std::string>> groups;
    for (std::size_t begin = 0; begin < nodes.size(); begin += step) {
        const auto end = std::min(nodes.size(), begin + step);
        groups.emplace_back(nodes.begin() + static_cast<std::ptrdiff_t>(begin),
                            nodes.begin() + static_cast<std::ptrdiff_t>(end));
    }
    return groups;
}

}  // namespace mco::client
