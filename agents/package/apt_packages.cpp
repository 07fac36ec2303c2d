#include "agents/package/apt_packages.hpp"

#include "agents/package/dpkg.hpp"
#include "agents/package/lines.hpp"
#include "agents/package/said.hpp"
#include "agents/package/time_left.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mco::package {
namespace {

/// Without the architecture.
std::string_view bare(std::string_view name) {
    return name.substr(0, name.find(':'));
}

/// Old versions of apt take a name that they do not know for a regular expression, and install
/// whatever matches.
bool could_be_a_pattern(std::string_view name) {
    return name.find_first_of(".+") != std::string_view::npos;
}

}  // namespace

std::vector<std::string> apt_words(const Order& order) {
    switch (order.change) {
        case Change::install:
            if (!order.version.empty())
                return {"--allow-downgrades", "install", "--", order.name + '=' + order.version};
            return {"install", "--", order.name};
        case Change::update:
            return {"--only-upgrade", "install", "--", order.name};
        case Change::uninstall:
            return {"remove", "--", order.name};
        case Change::purge:
            return {"purge", "--", order.name};
    }
    return {};
}

AptPackages::AptPackages(AptGet& apt, system::Runner& runner, const system::Clock& clock)
    : apt_(apt), runner_(runner), clock_(clock) {}

Expected<PackageState> AptPackages::find(const std::string& name, Monotonic deadline) {
    auto command = debian_command(dpkg_question(name));
    command.timeout = time_left(clock_, deadline);
    MCO_TRY(answer, runner_.run(command));
    return read_dpkg_answer(answer, name);
}

Expected<Done> AptPackages::change(const Changes::Turn& turn,
                                   const Order& order,
                                   Monotonic deadline) {
    if (order.change == Change::install && could_be_a_pattern(order.name)) {
        MCO_TRY(known, exists(order.name, deadline));
        if (!known)
            return Done{{}, fmt::format("apt knows no package {}", order.name)};
    }
    MCO_TRY(ended, run(turn, order, deadline));
    if (ended.exit_code == 0)
        return Done{std::move(ended.output), {}};
    auto complaint = complaint_in(ended.output);
    if (complaint.empty())
        complaint = ended.exit_code < 0 ? "it was killed"
                                        : fmt::format("it ended with {}", ended.exit_code);
    return Done{std::move(ended.output), std::move(complaint)};
}

Expected<Ended> AptPackages::run(const Changes::Turn& turn,
                                 const Order& order,
                                 Monotonic deadline) {
    if (order.change == Change::purge) {
        MCO_TRY(state, find(order.name, deadline));
        if (state.status == "config-files")  // nothing else is concerned, so apt has no say in it
            return apt_.run_dpkg(turn, {"--purge", "--", order.name}, deadline);
    }
    return apt_.run(turn, apt_words(order), deadline);
}

Expected<bool> AptPackages::exists(const std::string& name, Monotonic deadline) const {
    auto command = debian_command({"apt-cache",
                                   "-o",
                                   "APT::Cache::AllNames=true",
                                   "pkgnames",
                                   "--",
                                   std::string(bare(name))});
    command.timeout = time_left(clock_, deadline);
    MCO_TRY(answer, runner_.run(command));
    const auto names = lines_of(answer.out);
    return answer.exit_code == 0 &&
           std::find(names.begin(), names.end(), bare(name)) != names.end();
}

}  // namespace mco::package
