// A YAML file that lists nodes in groups, with facts and classes: for sites, or parts of a site,
// that keep such a list. Bolt's inventory files are read, too. Internal to client/sources.
//
//     groups:
//       - name: web
//         nodes: [web1.example.net, web2.example.net]
//         facts: {role: web}
//         classes: [roles::web]
//         groups: [...]
//     nodes:
//       - name: web1.example.net
//         facts: {rack: 7}
//
// The file as a whole is a group as well: `nodes`, `facts` and `classes` may stand at its top.
// `targets` is another name for `nodes`, `uri` for `name`; groups and nodes may be written as maps
// from names to the rest. What only Bolt's transports need is skipped.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

struct ListedNode {
    std::string name;
    Map facts;                             ///< leaves are text
    std::vector<std::string> classes;      ///< each once
    std::vector<std::string> collectives;  ///< empty: in all of them
    std::vector<std::string> groups;       ///< all around it, each once
};

struct InventoryFile {
    std::vector<ListedNode> nodes;    ///< in the order of the file, each once
    std::vector<std::string> groups;  ///< all names, in the order of the file
};

/// A node has what all its groups have; inner groups win over outer ones, later ones over earlier
/// ones, and what is said about the node itself over all of them. Maps of facts are joined. Errors:
/// malformed, invalid, limit, with `place` and the line. Nothing in the text is executed.
Expected<InventoryFile> read_inventory(const std::string& text, std::string_view place);

}  // namespace mco::client
