// mcollectived: the node daemon.
#include "daemon/options.hpp"
#include "daemon/policy_check.hpp"
#include "daemon/serve.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace {

using mco::Expected;
using mco::daemon::Options;

/// What is to be printed, if the task is done with that.
Expected<std::string> perform(const Options& options) {
    switch (options.task) {
        case Options::Task::show_help:
            return mco::daemon::help_screen(MCO_VERSION);
        case Options::Task::show_version:
            return std::string("mcollectived " MCO_VERSION "\n");
        case Options::Task::print_config:
            return mco::daemon::printed_config(options);
        case Options::Task::check_config: {
            MCO_CHECK(mco::daemon::serve(options, MCO_VERSION));
            return std::string("The configuration is good\n");
        }
        case Options::Task::check_policy: {
            MCO_CHECK(mco::daemon::check_policies(options.policies));
            return std::string("The policies are good\n");
        }
        case Options::Task::serve:
            break;
    }
    MCO_CHECK(mco::daemon::serve(options, MCO_VERSION));
    return std::string();
}

Expected<std::string> run(int argc, char** argv) {
    MCO_TRY(options, mco::daemon::parse_options({argv + 1, argv + argc}));
    return perform(options);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto printed = run(argc, argv);
        if (!printed)
            std::fprintf(stderr, "mcollectived: %s\n", printed.error().message.c_str());
        else
            std::fputs(printed->c_str(), stdout);
        return printed ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mcollectived: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
