// The methods themselves; source.hpp says what they return. Internal to client/sources.
#pragma once

#include "client/sources/source.hpp"

namespace mco::client {

/// The first option is the path of a text file with a name a line (spec 4.2).
Expected<std::vector<std::string>> find_in_flatfile(const SourceQuery& query,
                                                    SourceContext& context);

/// Names on standard input; the first option is auto (usual), json or text (spec 4.3).
Expected<std::vector<std::string>> find_in_stdin(const SourceQuery& query, SourceContext& context);

/// A YAML file with groups, facts and classes (inventory_file.hpp). Options: its path, otherwise
/// inventory.yaml beside the configuration; `group=NAME` selects groups, any of them.
Expected<std::vector<std::string>> find_in_inventory(const SourceQuery& query,
                                                     SourceContext& context);

/// Asks PuppetDB (puppetdb_plan.hpp). Options: queries in PuppetDB's language; a node has to be
/// returned by all of them, and to match the filter.
Expected<std::vector<std::string>> find_in_puppetdb(const SourceQuery& query,
                                                    SourceContext& context);

}  // namespace mco::client
