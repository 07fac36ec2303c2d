#include "client/resources/clone_outcomes.hpp"

#include "client/resources/replies.hpp"
#include "core/ral/secrets.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::client {

namespace {

std::string text_of(const Value& map, std::string_view key) {
    const auto* value = map.find(key);
    return value == nullptr || value->text() == nullptr ? std::string() : *value->text();
}

const Array& list_under(const Value& data, std::string_view key) {
    static const Array none;
    const auto* value = data.find(key);
    return value == nullptr || value->array() == nullptr ? none : *value->array();
}

bool is_missing(const Value& value) {
    const auto* text = value.text();
    return value.is_nil() || (text != nullptr && (*text == "absent" || *text == "purged"));
}

/// As a value stands in a sentence; a secret that the node does not hide is hidden here.
std::string shown(const Value* value, bool secret) {
    if (value == nullptr || value->is_nil())
        return "absent";
    if (secret && !ral::is_hidden(*value) && !is_missing(*value))
        return "[hidden]";
    auto text = value->array() != nullptr ? text::joined(*value->array()) : text::to_s(*value);
    return text.empty() ? "none" : text;
}

/// `group wheel`, of `Group[wheel]`.
std::string plain_reference(const std::string& reference) {
    const auto open = reference.find('[');
    if (open == std::string::npos || !reference.ends_with(']'))
        return reference;
    return ral::in_lower_case(reference.substr(0, open)) + ' ' +
           reference.substr(open + 1, reference.size() - open - 2);
}

/// What one resource came to.
struct Part {
    const Value& value;
    bool main = false;

    std::string outcome() const { return text_of(value, "outcome"); }

    std::string named(const std::string& text) const {
        return main ? text : plain_reference(text_of(value, "resource")) + ": " + text;
    }

    /// Why it would fail, or did; empty if not.
    std::string failure() const {
        auto why = text_of(value, "would_fail");
        if (why.empty() && outcome() == "failed")
            why = text_of(value, "message");
        if (why.empty() && outcome() == "failed")
            why = "failed";
        return why.empty() ? why : named(why);
    }

    std::string differences() const {
        std::string text;
        for (const auto& one : list_under(value, "differences"))
            text += (text.empty() ? "" : ", ") + difference_text(one);
        return named(text.empty() ? text_of(value, "message") : text);
    }

    bool creates() const {
        const auto& all = list_under(value, "differences");
        return std::any_of(all.begin(), all.end(), [](const Value& one) {
            const auto* is = one.find("is");
            const auto* should = one.find("should");
            return text_of(one, "property") == "ensure" && is != nullptr && is_missing(*is) &&
                   should != nullptr && !is_missing(*should);
        });
    }
};

std::vector<Part> parts(const Value& data, const ral::Resource& main) {
    std::vector<Part> all;
    const auto& results = list_under(data, "results");
    for (const auto& one : results)
        all.push_back({one, text_of(one, "resource") == main.reference() || results.size() == 1});
    return all;
}

/// Why nothing was done or would be; an answer with results says more in these than in its message.
std::string failure_without_results(const Result& result) {
    return list_under(result.data, "results").empty() ? failure_of(result) : std::string();
}

/// Why the node would refuse to change anything, as it does if one resource is not allowed; what is
/// said of the one that is meant goes first.
std::string first_refusal(const std::vector<Part>& all) {
    for (const bool meant : {true, false})
        for (const auto& part : all)
            if (auto why = text_of(part.value, "refused"); part.main == meant && !why.empty())
                return part.named(why);
    return {};
}

bool changes_nothing(const std::vector<Part>& all) {
    return std::all_of(
        all.begin(), all.end(), [](const Part& part) { return part.outcome() == "unchanged"; });
}

std::string first_failure(const std::vector<Part>& all) {
    for (const auto& part : all)
        if (auto why = part.failure(); !why.empty())
            return why;
    for (const auto& part : all)
        if (part.outcome() == "skipped")
            return part.named("skipped");
    return {};
}

}  // namespace

std::string_view name(CloneVerdict verdict) {
    constexpr std::array<std::string_view, 11> names = {"create",
                                                        "change",
                                                        "same",
                                                        "refused",
                                                        "fails",
                                                        "silent",
                                                        "changed",
                                                        "unchanged",
                                                        "failed",
                                                        "not converged",
                                                        "not tried"};
    return names.at(static_cast<std::size_t>(verdict));
}

std::string difference_text(const Value& difference) {
    const auto property = text_of(difference, "property");
    const auto* is = difference.find("is");
    const auto* should = difference.find("should");
    if (property.empty() || (is == nullptr && should == nullptr))
        return text_of(difference, "message");
    const bool secret = ral::is_secret("user", property);
    return fmt::format("{} {} → {}", property, shown(is, secret), shown(should, secret));
}

CloneOutcome read_preview(const Result& result, const ral::Resource& main) {
    const auto all = parts(result.data, main);
    if (auto why = failure_without_results(result); !why.empty() || all.empty())
        return {CloneVerdict::refused,
                why.empty() ? "it did not say what would be changed" : std::move(why)};
    if (changes_nothing(all))
        return {CloneVerdict::same, {}};
    if (auto why = first_refusal(all); !why.empty())
        return {CloneVerdict::refused, std::move(why)};
    if (auto why = first_failure(all); !why.empty())
        return {CloneVerdict::fails, std::move(why)};
    std::string changes;
    for (const auto& part : all) {
        if (part.outcome() == "unchanged")
            continue;
        if (part.main && part.creates())
            return {CloneVerdict::create, {}};
        changes += (changes.empty() ? "" : ", ") + part.differences();
    }
    return {CloneVerdict::change, std::move(changes)};
}

CloneOutcome read_diff(const Result& result) {
    if (auto why = failure_of(result); !why.empty())
        return {CloneVerdict::failed, std::move(why)};
    if (auto why = text_of(result.data, "would_fail"); !why.empty())
        return {CloneVerdict::fails, std::move(why)};
    const auto* in_sync = result.data.find("in_sync");
    if (in_sync == nullptr || in_sync->boolean() == nullptr)
        return {CloneVerdict::failed, "it did not say what would be changed"};
    if (*in_sync->boolean())
        return {CloneVerdict::same, {}};
    const Part part{result.data, true};
    return {part.creates() ? CloneVerdict::create : CloneVerdict::change, part.differences()};
}

CloneOutcome read_applied(const Result& result, const ral::Resource& main) {
    const auto all = parts(result.data, main);
    if (auto why = failure_without_results(result); !why.empty() || all.empty())
        return {CloneVerdict::failed, why.empty() ? "it did not say what it did" : std::move(why)};
    if (auto why = first_failure(all); !why.empty())
        return {CloneVerdict::failed, std::move(why)};
    const bool changed = std::any_of(
        all.begin(), all.end(), [](const Part& part) { return part.outcome() == "changed"; });
    return {changed ? CloneVerdict::changed : CloneVerdict::unchanged, {}};
}

void CloneGroups::add(CloneOutcome outcome, std::string node) {
    const auto known = std::find_if(groups_.begin(), groups_.end(), [&](const CloneGroup& one) {
        return one.outcome == outcome;
    });
    if (known == groups_.end())
        groups_.push_back({std::move(outcome), {std::move(node)}});
    else
        known->nodes.push_back(std::move(node));
}

std::vector<CloneGroup> CloneGroups::sorted() const {
    auto groups = groups_;
    std::stable_sort(groups.begin(), groups.end(), [](const CloneGroup& a, const CloneGroup& b) {
        return a.outcome.verdict != b.outcome.verdict ? a.outcome.verdict < b.outcome.verdict
                                                      : a.nodes.size() > b.nodes.size();
    });
    return groups;
}

std::size_t CloneGroups::count(CloneVerdict verdict) const {
    return nodes(verdict).size();
}

std::vector<std::string> CloneGroups::nodes(CloneVerdict verdict) const {
    std::vector<std::string> all;
    for (const auto& group : groups_)
        if (group.outcome.verdict == verdict)
            all.insert(all.end(), group.nodes.begin(), group.nodes.end());
    return all;
}

}  // namespace mco::client
