#include "client/result_groups.hpp"

#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

/// A text that is the same for equal values and differs for others. Symbols and strings are one:
/// which of them a node sends depends on how it writes messages.
void add_canonical(const Value& value, std::string& text) {
    if (const auto* list = value.array()) {
        text += '[';
        for (const auto& item : *list) {
            add_canonical(item, text);
            text += ',';
        }
        text += ']';
    } else if (const auto* map = value.map()) {
        std::vector<std::pair<std::string, const Value*>> sorted;
        for (const auto& [key, member] : map->entries()) {
            sorted.emplace_back("", &member);
            add_canonical(key, sorted.back().first);
        }
        std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return a.first < b.first;
        });
        text += '{';
        for (const auto& [key, member] : sorted) {
            text += key + "=>";
            add_canonical(*member, text);
            text += ',';
        }
        text += '}';
    } else if (const auto* symbol = value.symbol()) {
        text += text::quoted(symbol->name);
    } else {
        text += text::inspect(value);
    }
}

std::string canonical(const Result& result) {
    auto text = std::to_string(result.status) + text::quoted(result.message);
    if (has_data(result))
        add_canonical(result.data, text);
    return text;
}

}  // namespace

bool has_data(const Result& result) {
    return result.status <= 1;
}

void ResultGroups::add(const Result& result) {
    if (auto* group = new_group(result))
        group->result = result;
}

void ResultGroups::add(Result&& result) {
    if (auto* group = new_group(result))
        group->result = std::move(result);
}

ResultGroup* ResultGroups::new_group(const Result& result) {
    auto text = canonical(result);
    if (const auto found = places_.find(text); found != places_.end()) {
        groups_[found->second].nodes.push_back(result.sender);
        return nullptr;
    }
    if (text.size() > most_bytes_ - bytes_) {
        dropped_.push_back(result.sender);
        dropped_bytes_ += text.size();
        return nullptr;
    }
    bytes_ += text.size();
    places_.emplace(std::move(text), groups_.size());
    auto& group = groups_.emplace_back();
    group.nodes.push_back(result.sender);
    return &group;
}

std::vector<const ResultGroup*> ResultGroups::by_size() const {
    std::vector<const ResultGroup*> sorted;
    for (const auto& group : groups_)
        sorted.push_back(&group);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
        return a->nodes.size() > b->nodes.size();
    });
    return sorted;
}

std::string ResultGroups::said() const {
    if (dropped_.empty())
        return {};
    return fmt::format(
        "{} answer(s) of {} bytes in all were dropped, because different answers may take no more "
        "than {} bytes.",
        dropped_.size(),
        dropped_bytes_,
        most_bytes_);
}

}  // namespace mco::client
