// The declarations of what is part of this client, as text: aggregates, connectors, discovery
// methods and validators. Those of agents and data plug-ins are in agents/builtin_ddls.hpp.
#pragma once

#include "core/ddl/ddl.hpp"

#include <span>
#include <string_view>

namespace mco::client {

struct BuiltinDeclaration {
    ddl::Kind kind;
    std::string_view name;
    std::string_view text;  ///< the .ddl file
};

/// Sorted by kind and name.
std::span<const BuiltinDeclaration> builtin_declarations();

}  // namespace mco::client
