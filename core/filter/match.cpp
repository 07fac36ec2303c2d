#include "core/filter/match.hpp"

#include "core/filter/fact_comparison.hpp"
#include "core/filter/pattern.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace mco::filter {
namespace {

/// A class, agent or identity entry, ready to be held against names.
class NameTest {
  public:
    static Expected<NameTest> from(const std::string& entry) {
        if (!entry.starts_with('/') && entry.find("\n/") == std::string::npos)
            return NameTest(entry, std::nullopt);
        std::string source = entry;
        source.erase(std::remove(source.begin(), source.end(), '/'), source.end());
        MCO_TRY(pattern, Pattern::compile(source));
        return NameTest(entry, std::move(pattern));
    }

    Expected<bool> fits(std::string_view name) const {
        if (pattern_)
            return pattern_->search(name);
        return name == literal_;
    }

    Expected<bool> fits_any(const std::vector<std::string>& names) const {
        for (const auto& name : names) {
            MCO_TRY(hit, fits(name));
            if (hit)
                return true;
        }
        return false;
    }

  private:
    NameTest(std::string literal, std::optional<Pattern> pattern)
        : literal_(std::move(literal)), pattern_(std::move(pattern)) {}

    std::string literal_;
    std::optional<Pattern> pattern_;
};

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

Expected<bool> facts_fit(const std::vector<FactTest>& tests, const Map& facts) {
    for (const auto& test : tests) {
        MCO_TRY(hit, satisfies(test, facts.find(test.fact)));
        if (!hit)
            return false;
    }
    return true;
}

}  // namespace

// The original counts elements that pass and fail, and wants none failed and one passed. What fails
// first ends it here.
Expected<bool> matches(const Filter& filter, const Inventory& inventory) {
    if (!filter.compound.empty())
        return fail(Errc::invalid,
                    "compound filters come with a later release, so this request is not answered");
    if (filter.empty())
        return !filter.other_keys;
    MCO_TRY(agents, all_present(agents_to_look_for(filter), inventory.agents));
    if (!agents)
        return false;
    MCO_TRY(identity, identity_fits(filter.identities, inventory.identity));
    if (!identity)
        return false;
    MCO_TRY(classes, all_present(filter.classes, inventory.classes));
    if (!classes)
        return false;
    return facts_fit(filter.facts, *inventory.facts);
}

}  // namespace mco::filter
