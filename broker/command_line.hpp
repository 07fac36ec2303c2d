// mco-broker's command line. Every setting of settings.hpp is an option of the same name.
#pragma once

#include "broker/settings.hpp"
#include "core/error.hpp"

#include <string>
#include <vector>

namespace mco::broker {

struct Invocation {
    enum class Task { serve, check_config, show_help, show_version, hash_password };
    Task task = Task::serve;
    std::string config_file;           ///< empty: none
    std::vector<RawSetting> settings;  ///< in the order given
};

/// `arguments` without the program's name. Errors: invalid, as a sentence for the user.
Expected<Invocation> parse_command_line(std::vector<std::string> arguments);

/// What --help prints.
std::string help_text();

/// File and options together: an option replaces what the file says under the same key. Errors:
/// those of reading and of make_settings().
Expected<Settings> load_settings(const Invocation& invocation);

}  // namespace mco::broker
