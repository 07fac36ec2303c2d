#include "agents/service/programs.hpp"

#include "core/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace mco::services {

Expected<system::Finished> run_until(system::Runner& runner,
                                     const system::Clock& clock,
                                     std::vector<std::string> argv,
                                     Monotonic deadline) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::floor<milliseconds>(deadline - clock.monotonic());
    if (left <= milliseconds(0))
        return fail(Errc::timed_out, fmt::format("no time is left for '{}'", argv.front()));
    system::Command command;
    command.argv = std::move(argv);
    command.timeout = left;
    command.grace = milliseconds(500);
    return runner.run(command);
}

std::string why_it_failed(const std::string& program, const system::Finished& finished) {
    for (std::string_view rest = finished.err; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (!line.empty() && !line.starts_with("Warning:"))
            return text::utf8_scrubbed(line);
    }
    return finished.signal != 0
               ? fmt::format("{} was ended by signal {}", program, finished.signal)
               : fmt::format("{} ended with exit status {}", program, finished.exit_code);
}

}  // namespace mco::services
