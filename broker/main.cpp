#include "broker/command_line.hpp"
#include "broker/program.hpp"

#include <iostream>

int main(int argc, char** argv) {
    using namespace mco::broker;
    const auto invocation = parse_command_line({argv + 1, argv + argc});
    if (!invocation) {
        std::cerr << "mco-broker: " << invocation.error().message << "\nTry mco-broker --help.\n";
        return 1;
    }
    switch (invocation->task) {
        case Invocation::Task::show_help:
            std::cout << help_text();
            return 0;
        case Invocation::Task::show_version:
            std::cout << "mco-broker " MCO_VERSION "\n";
            return 0;
        case Invocation::Task::hash_password:
            return print_password_hash();
        case Invocation::Task::check_config:
        case Invocation::Task::serve:
            break;
    }
    const auto settings = load_settings(*invocation);
    if (!settings) {
        std::cerr << "mco-broker: " << settings.error().message << "\n";
        return 1;
    }
    if (invocation->task == Invocation::Task::serve)
        return serve(*settings);
    if (const auto checked = check(*settings); !checked) {
        std::cerr << "mco-broker: " << checked.error().message << "\n";
        return 1;
    }
    std::cout << "The configuration is good\n";
    return 0;
}
