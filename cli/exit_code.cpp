#include "cli/exit_code.hpp"

namespace mco::cli {

int exit_code(const Settings& settings, const client::Outcome& outcome) {
    if (outcome.statistics.interrupted)
        return 1;
    const int code = exit_code(outcome.statistics);
    return code == 0 && settings.fail_on_missing && !outcome.missing.empty() ? 2 : code;
}

int exit_code(const client::Statistics& statistics) {
    const bool answered = statistics.responses > 0;
    if (statistics.discovery_time == client::Seconds{0} && !answered)
        return 4;
    if (statistics.discovered.empty())
        return answered ? 0 : 1;
    if (!answered)
        return 3;
    return statistics.failed > 0 ? 2 : 0;
}

}  // namespace mco::cli
