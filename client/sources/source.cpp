#include "client/sources/source.hpp"

#include "client/sources/methods.hpp"

#include <algorithm>
#include <array>

namespace mco::client {

namespace {

using std::chrono::seconds;

constexpr Capabilities names_only{.identity = true};
constexpr Capabilities everything{true, true, true, true};

// Sorted by name.
constexpr std::array sources = {
    Source{"flatfile", names_only, seconds(0), find_in_flatfile},
    Source{"inventory", everything, seconds(0), find_in_inventory},
    Source{"puppetdb", everything, seconds(0), find_in_puppetdb},
    Source{"stdin", names_only, seconds(0), find_in_stdin},
};

}  // namespace

const Source* find_source(std::string_view name) {
    const auto* found = std::find_if(
        sources.begin(), sources.end(), [name](const Source& one) { return one.name == name; });
    return found == sources.end() ? nullptr : found;
}

std::vector<std::string_view> source_names() {
    std::vector<std::string_view> names;
    for (const auto& source : sources)
        names.push_back(source.name);
    return names;
}

Expected<void> check_capabilities(const Source& source, const filter::Filter& filter) {
    struct Check {
        std::string_view kind;
        bool capable;
        bool used;
    };

    const auto& can = source.capabilities;
    const std::array checks = {Check{"class", can.classes, !filter.classes.empty()},
                               Check{"fact", can.facts, !filter.facts.empty()},
                               Check{"identity", can.identity, !filter.identities.empty()}};
    for (const auto& check : checks)
        if (check.used && !check.capable)
            return fail(Errc::invalid,
                        "Cannot use " + std::string(check.kind) + " filters while using the '" +
                            std::string(source.name) + "' discovery method");
    return {};
}

}  // namespace mco::client
