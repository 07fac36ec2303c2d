// The lists of commands: the table of `mco` alone and the listing of `mco help`; and what is said
// of an unknown command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

struct Command {
    std::string_view name;
    std::string_view description;
};

/// The table, three names a row. `program` is how we were called, `version` ours (spec 0.1).
std::string command_table(const std::vector<Command>& commands,
                          std::string_view program,
                          std::string_view version);

/// The same table after a line about the command that does not exist, its nearest neighbour if
/// there is one, and where plug-ins were looked for.
std::string unknown_command(std::string_view word,
                            const std::vector<Command>& commands,
                            std::string_view program,
                            std::string_view version,
                            const std::vector<std::string>& searched);

/// Each command with its description (spec 1.7).
std::string help_listing(const std::vector<Command>& commands, std::string_view version);

}  // namespace mco::render
