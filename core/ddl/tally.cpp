#include "core/ddl/tally.hpp"

#include "core/ruby/format.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>

namespace mco::ddl {

namespace {

std::size_t width(const Value& key) {
    if (const auto* list = key.array())
        return list->size();
    return key.map() != nullptr ? key.map()->size() : text::utf8_length(text::to_s(key));
}

}  // namespace

void Tally::add(const Value& value, std::int64_t times) {
    const auto [found, fresh] = places_.try_emplace(text::inspect(value), counts_.size());
    if (fresh)
        counts_.emplace_back(value, 0);
    counts_[found->second].second += times;
}

std::size_t Tally::widest_key() const {
    std::size_t widest = 0;
    for (const auto& [key, count] : counts_)
        widest = std::max(widest, width(key));
    return widest;
}

Expected<std::string> Tally::text(std::string_view format) const {
    auto sorted = counts_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
    });
    std::reverse(sorted.begin(), sorted.end());
    std::string result;
    for (const auto& [key, count] : sorted) {
        MCO_TRY(line, ruby::format(format, {key, count}));
        result += line + "\n";
    }
    return result;
}

}  // namespace mco::ddl
