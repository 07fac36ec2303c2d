#include "core/options/names.hpp"

#include <algorithm>

namespace mco::options {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_word(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string canonical(const std::string& name) {
    std::string text = name;
    std::transform(
        text.begin(), text.end(), text.begin(), [](char c) { return c == '_' ? '-' : lower(c); });
    return text;
}

/// `d-m` abbreviates `disc-method`: each run of word characters stands for any longer one.
bool abbreviates(std::string_view key, std::string_view name, bool ignore_case) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const char wanted = ignore_case ? lower(key[i]) : key[i];
        if (i > 0 && is_word(key[i - 1]) && !is_word(key[i])) {
            while (at < name.size() && is_word(name[at]))
                ++at;
        }
        if (at == name.size() || name[at] != wanted)
            return false;
        ++at;
    }
    return true;
}

bool begins_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

}  // namespace

Names::Names(const std::vector<OptionSpec>& specs) : specs_(specs) {
    for (const auto& spec : specs) {
        for (const auto& name : spec.longs) {
            longs_.push_back({canonical(name), &spec, true});
            if (spec.negatable)
                longs_.push_back({"no-" + canonical(name), &spec, false});
        }
    }
}

const OptionSpec* Names::find_short(char letter) const {
    const auto has_letter = [letter](const OptionSpec& spec) {
        return spec.shorts.find(letter) != std::string::npos;
    };
    const auto found = std::find_if(specs_.begin(), specs_.end(), has_letter);
    return found == specs_.end() ? nullptr : &*found;
}

Match Names::find_long(std::string_view key, bool ignore_case) const {
    std::vector<const Name*> candidates;
    for (const auto& name : longs_) {
        if (name.text == key)
            return {&name, false};
        if (abbreviates(key, name.text, ignore_case))
            candidates.push_back(&name);
    }
    if (candidates.empty())
        return {};
    const auto shorter = [](const Name* a, const Name* b) {
        return a->text.size() < b->text.size();
    };
    const auto* best = *std::min_element(candidates.begin(), candidates.end(), shorter);
    const bool ambiguous =
        std::any_of(candidates.begin(), candidates.end(), [best](const Name* other) {
            const bool same_meaning = other->spec == best->spec && other->on == best->on;
            return !same_meaning && !begins_with(other->text, best->text);
        });
    return ambiguous ? Match{nullptr, true} : Match{best, false};
}

}  // namespace mco::options
