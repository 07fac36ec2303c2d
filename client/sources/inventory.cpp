// The method "inventory": a YAML file with groups, facts and classes (inventory_file.hpp).
#include "client/sources/compound.hpp"
#include "client/sources/inventory_file.hpp"
#include "client/sources/methods.hpp"
#include "client/sources/names.hpp"
#include "core/text/spelling.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

namespace mco::client {

namespace {

constexpr std::string_view group_option = "group=";

/// What the options ask for.
struct Asked {
    std::string path;
    std::vector<std::string> groups;  ///< any of them; empty: the whole file
};

/// The later path wins, so that --do goes before default_discovery_options.
Asked read_options(const SourceQuery& query, const config::Config& config) {
    Asked asked;
    asked.path = (std::filesystem::path(config.file).parent_path() / "inventory.yaml").string();
    for (const auto& option : query.options)
        if (option.starts_with(group_option))
            asked.groups.push_back(option.substr(group_option.size()));
        else
            asked.path = option;
    return asked;
}

Expected<InventoryFile> load(const std::string& path) {
    const auto text = system::read_file(path);
    if (!text)
        return fail(text.error().code,
                    fmt::format("Cannot read the inventory {}: {}. --do FILE names another one",
                                path,
                                text.error().message));
    return read_inventory(*text, path);
}

Expected<void> check_groups(const Asked& asked, const InventoryFile& file) {
    for (const auto& wanted : asked.groups) {
        if (std::find(file.groups.begin(), file.groups.end(), wanted) != file.groups.end())
            continue;
        const auto nearest =
            text::nearest(wanted, file.groups, text::plausible_edits(wanted.size()));
        return fail(
            Errc::not_found,
            fmt::format("{} has no group '{}'{}",
                        asked.path,
                        wanted,
                        nearest ? fmt::format(": did you mean {}?", *nearest) : std::string()));
    }
    return {};
}

bool meet(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
    return wanted.empty() ||
           std::find_first_of(wanted.begin(), wanted.end(), there.begin(), there.end()) !=
               wanted.end();
}

filter::Inventory as_inventory(ListedNode node) {
    return {std::move(node.name),
            std::make_shared<Map>(std::move(node.facts)),
            std::move(node.classes),
            {},
            {}};
}

}  // namespace

Expected<std::vector<std::string>> find_in_inventory(const SourceQuery& query,
                                                     SourceContext& context) {
    const auto asked = read_options(query, context.config);
    MCO_TRY(file, load(asked.path));
    MCO_CHECK(check_groups(asked, file));
    MCO_TRY(compound, compound_of(query.filter, "inventory"));
    NameList matching;
    for (auto& node : file.nodes) {
        if (!meet(asked.groups, node.groups) ||
            (!node.collectives.empty() && !meet({query.collective}, node.collectives)))
            continue;
        const auto inventory = as_inventory(std::move(node));
        MCO_TRY(matches, list_matches(query.filter, compound, inventory));
        if (matches)
            MCO_CHECK(matching.add(inventory.identity, asked.path));
    }
    return matching.select(query.filter.identities);
}

}  // namespace mco::client
