// The screens of `mco package` (spec 1.11).
#pragma once

#include "client/outcome.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mco::package::application {

/// What the line of a node says after `action`; nothing: it has none. `package`: as it was asked
/// for.
std::optional<std::string> node_text(std::string_view action,
                                     std::string_view package,
                                     const client::Result& result,
                                     bool verbose);

}  // namespace mco::package::application
