// The fleet emulator: many complete node daemons, of the production classes, in one process and on
// one event loop.
//
//   mco-fleet CONFIG COUNT    runs COUNT daemons that are configured by CONFIG, a server.cfg
//
// The identity found there gets a number each: node.lab.test becomes node1.lab.test,
// node2.lab.test, … So it does in the settings of plug-ins, where it names files: certificates,
// keys, facts. Prints one line when all have been started. SIGTERM or SIGINT ends it. With
// plugin.fleet.packages each has so many canned packages (fleet_packages.hpp).
#include "agents/registry.hpp"
#include "daemon/daemon.hpp"
#include "system/config_files.hpp"
#include "system/log_sinks.hpp"
#include "tests/bench/fleet_packages.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace mco;

std::string numbered(const std::string& identity, std::size_t number) {
    const std::size_t dot = std::min(identity.find('.'), identity.size());
    return identity.substr(0, dot) + std::to_string(number) + identity.substr(dot);
}

/// `pattern` for one node: its identity, and every plug-in setting that mentions it.
config::Config numbered(const config::Config& pattern, std::size_t number) {
    config::Config config = pattern;
    config.identity = numbered(pattern.identity, number);
    for (auto& [name, setting] : config.plugin)
        if (const std::size_t at = setting.value.find(pattern.identity); at != std::string::npos)
            setting.value.replace(at, pattern.identity.size(), config.identity);
    config.plugin.try_emplace("daemon.accepted", config::Setting{"0", "mco-fleet"});
    return config;
}

/// Those of this build, one of which may have been replaced.
std::vector<std::unique_ptr<agents::Agent>> make_agents(const agents::AgentContext& context) {
    auto all = agents::make_agents(context);
    if (auto packages = bench::make_canned_packages(context)) {
        const auto replaced = std::find_if(all.begin(), all.end(), [&](const auto& agent) {
            return &agent->declaration() == &packages->declaration();
        });
        if (replaced != all.end())
            *replaced = std::move(packages);
    }
    return all;
}

/// Daemons and the configurations that they refer to.
class Fleet {
  public:
    Fleet(const daemon::Surroundings& surroundings, const config::Config& pattern)
        : surroundings_(surroundings), pattern_(pattern) {}

    Expected<void> start(std::size_t count) {
        for (std::size_t number = 1; number <= count; ++number)
            MCO_CHECK(start_one(number));
        return {};
    }

  private:
    Expected<void> start_one(std::size_t number) {
        auto config = std::make_unique<config::Config>(numbered(pattern_, number));
        MCO_TRY(outside, daemon::make_outside(*config, surroundings_));
        auto node = std::make_unique<daemon::Daemon>(*config, surroundings_, std::move(outside));
        node->start([this, identity = config->identity](const Error& why) {
            surroundings_.log.error("{} gave up: {}", identity, why.message);
        });
        configs_.push_back(std::move(config));
        daemons_.push_back(std::move(node));
        return {};
    }

    const daemon::Surroundings& surroundings_;
    const config::Config& pattern_;
    std::vector<std::unique_ptr<config::Config>> configs_;
    std::vector<std::unique_ptr<daemon::Daemon>>
        daemons_;  // after their configurations: they go first
};

Expected<void> run(const std::string& file, std::size_t count) {
    MCO_TRY(loaded,
            system::load_config(system::Program::server, file, system::process_environment()));
    const system::RealClock clock;
    system::RealRunner runner;
    MCO_TRY(level, system::log_level(loaded.config));
    MCO_TRY(sink, system::make_sink(loaded.config, clock, "mco-fleet"));
    system::Log log(std::move(sink), level);
    MCO_TRY(declarations, agents::Declarations::builtin());
    daemon::WorkerPool workers({.threads = 2, .queued = 10 * count});
    asio::io_context io(1);
    const daemon::Surroundings surroundings{
        io, declarations, workers, clock, runner, log, "3.0.0", make_agents};
    Fleet fleet(surroundings, loaded.config);
    MCO_CHECK(fleet.start(count));
    std::printf("%zu daemons started\n", count);
    std::fflush(stdout);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&io](SystemError, int) { io.stop(); });
    io.run();
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    const std::string_view digits = argc == 3 ? argv[2] : "";
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (parsed.ec != std::errc() || count == 0) {
        std::fputs("usage: mco-fleet CONFIG COUNT\n", stderr);
        return EXIT_FAILURE;
    }
    try {
        const auto done = run(argv[1], count);
        if (!done)
            std::fprintf(stderr, "mco-fleet: %s\n", done.error().message.c_str());
        return done ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mco-fleet: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
