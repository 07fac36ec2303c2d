// `mco` from its words to its exit code (spec 0.1, 0.3): which application, which configuration,
// which options.
#pragma once

#include "cli/application.hpp"
#include "cli/commands.hpp"
#include "cli/screen.hpp"
#include "core/config/environment.hpp"

#include <string>
#include <vector>

namespace mco::cli {

/// `argv` with the program's name. Exit codes: spec 0.1, 0.4.
int run_program(const std::vector<std::string>& argv,
                const config::Environment& environment,
                const Commands& commands,
                Screen& screen);

/// The application that the words ask for, and what is left for it.
struct Chosen {
    std::string name;  ///< empty: none was named
    std::vector<std::string> words;
};

/// By the name under which we were started (`mc-NAME`), else by the first word; a word with two
/// dashes names none.
Chosen choose(const std::vector<std::string>& argv);

/// The line with which every failure ends (spec 0.3); -v has nothing to add to it.
std::string failure_text(std::string_view application,
                         const Error& error,
                         const render::Palette& palette);

}  // namespace mco::cli
