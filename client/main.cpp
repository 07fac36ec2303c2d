#include "client/program.hpp"
#include "system/config_files.hpp"

int main(int argc, char** argv) {
    mco::client::RealScreen screen;
    return mco::client::run_program(
        {argv, argv + argc}, mco::system::process_environment(), screen);
}
