#include "core/filter/match.hpp"

#include "core/filter/compound_filter.hpp"
#include "core/filter/effort.hpp"
#include "core/filter/fact_comparison.hpp"
#include "core/filter/fact_path.hpp"
#include "core/filter/name_test.hpp"

#include <algorithm>
#include <string_view>

namespace mco::filter {
namespace {

Expected<bool> all_present(const std::vector<std::string>& entries,
                           const std::vector<std::string>& names) {
    for (const auto& entry : entries) {
        MCO_TRY(test, NameTest::from(entry));
        MCO_TRY(hit, test.fits_any(names));
        if (!hit)
            return false;
    }
    return true;
}

/// Every node is addressed as agent `mcollective`, whatever it has loaded.
std::vector<std::string> agents_to_look_for(const Filter& filter) {
    auto entries = filter.agents;
    entries.erase(std::remove(entries.begin(), entries.end(), "mcollective"), entries.end());
    return entries;
}

/// Exactly one entry has to fit: two that fit exclude the node as well.
Expected<bool> identity_fits(const std::vector<std::string>& entries, std::string_view identity) {
    int fitting = 0;
    for (const auto& entry : entries) {
        MCO_TRY(test, NameTest::from(entry));
        MCO_TRY(hit, test.fits(identity));
        fitting += hit ? 1 : 0;
    }
    return entries.empty() || fitting == 1;
}

Expected<bool> facts_fit(const std::vector<FactTest>& tests, const Inventory& inventory) {
    for (const auto& test : tests) {
        MCO_CHECK(need_fact(*inventory.facts, inventory.facts_read, test.fact));
        MCO_TRY(hit, satisfies(test, find_fact(*inventory.facts, test.fact)));
        if (!hit)
            return false;
    }
    return true;
}

}  // namespace

Expected<void> need_fact(const Map& facts, bool facts_read, std::string_view name) {
    const bool vouched_for = (name == "trusted" || name.starts_with("trusted.")) &&
                             facts.find(std::string_view("trusted")) != nullptr;
    if (facts_read || vouched_for)
        return {};
    return fail(Errc::unavailable, "not all facts of this node were read yet");
}

Expected<void> need_classes(bool classes_read) {
    if (classes_read)
        return {};
    return fail(Errc::unavailable, "the classes of this node were not read yet");
}

// The original counts elements that pass and fail, and wants none failed and one passed. What fails
// first ends it here.
Expected<bool> matches_without_compound(const Filter& filter, const Inventory& inventory) {
    if (filter.empty())
        return !filter.other_keys;
    MCO_CHECK(check_size(filter));
    MCO_TRY(agents, all_present(agents_to_look_for(filter), inventory.agents));
    if (!agents)
        return false;
    MCO_TRY(identity, identity_fits(filter.identities, inventory.identity));
    if (!identity)
        return false;
    if (!filter.classes.empty())
        MCO_CHECK(need_classes(inventory.classes_read));
    MCO_TRY(classes, all_present(filter.classes, inventory.classes));
    if (!classes)
        return false;
    return facts_fit(filter.facts, inventory);
}

Expected<bool> matches(const Filter& filter, const Inventory& inventory) {
    MCO_TRY(compound, Compound::from(filter.compound));
    MCO_TRY(outcome, judge(filter, compound, inventory));
    if (!outcome)
        return fail(Errc::invalid, "data plug-ins have to be asked");
    return *outcome;
}

}  // namespace mco::filter
