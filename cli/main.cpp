#include "cli/program.hpp"
#include "system/config_files.hpp"

int main(int argc, char** argv) {
    mco::cli::RealScreen screen;
    return mco::cli::run_program(
        {argv, argv + argc}, mco::system::process_environment(), mco::cli::make_commands(), screen);
}
