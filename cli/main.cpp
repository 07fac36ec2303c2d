#include "cli/program.hpp"
#include "system/config_files.hpp"

#include <system_error>

namespace {

/// Results that nobody could read are none.
constexpr int not_written = 2;

}  // namespace

int main(int argc, char** argv) {
    mco::cli::RealScreen screen;
    const int code = mco::cli::run_program(
        {argv, argv + argc}, mco::system::process_environment(), mco::cli::make_commands(), screen);
    if (screen.write_error() == 0)
        return code;
    screen.err("Standard output cannot be written: " +
               std::generic_category().message(screen.write_error()) + '\n');
    return not_written;
}
