// One line per node, as commands show it that are about one thing on many nodes (spec 1.11, 1.12).
#pragma once

#include "client/outcome.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mco::render {

/// What the line of a node says; nothing: it has none.
using NodeText = std::function<std::optional<std::string>(const client::Result&)>;

/// `SENDER: TEXT` in the order of `results`, senders flush right, the longest of all of them
/// indented by three; what a text says in further lines stands below its first. An empty line ends
/// the block; without results there is none.
std::string node_lines(const std::vector<client::Result>& results, const NodeText& text);

}  // namespace mco::render
