// The declarations that are compiled in, as text: nothing has to be found at run time. Needs no
// agent's code.
#pragma once

#include <span>
#include <string_view>

namespace mco::agents {

struct BuiltinDdl {
    std::string_view name;  ///< of the agent (`puppet`) or data plug-in (`fact`)
    std::string_view text;  ///< the .ddl file
};

/// The agents' declarations, sorted by name.
std::span<const BuiltinDdl> builtin_ddls();

/// The data plug-ins' declarations, sorted by name.
std::span<const BuiltinDdl> builtin_data_ddls();

}  // namespace mco::agents
