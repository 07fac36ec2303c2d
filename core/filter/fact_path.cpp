#include "core/filter/fact_path.hpp"

#include <charconv>
#include <cstddef>
#include <optional>

namespace mco::filter {
namespace {

std::optional<std::size_t> index_in(const Array& list, std::string_view text) {
    std::size_t index = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, index);
    if (stopped != end || problem != std::errc() || index >= list.size())
        return std::nullopt;
    return index;
}

const Value* step(const Value& from, std::string_view name) {
    if (const auto* list = from.array()) {
        const auto index = index_in(*list, name);
        return index ? &(*list)[*index] : nullptr;
    }
    return from.find(name);
}

}  // namespace

const Value* find_fact(const Map& facts, std::string_view path) {
    const auto* here = facts.find(path);
    if (here != nullptr)
        return here;
    auto dot = path.find('.');
    if (dot == std::string_view::npos)
        return nullptr;
    here = facts.find(path.substr(0, dot));
    while (here != nullptr && dot != std::string_view::npos) {
        path.remove_prefix(dot + 1);
        if (const auto* rest = step(*here, path))
            return rest;
        dot = path.find('.');
        here = step(*here, path.substr(0, dot));
    }
    return here;
}

}  // namespace mco::filter
