#include "daemon/serve.hpp"

#include "core/config/show.hpp"
#include "core/config/unknown_settings.hpp"
#include "daemon/daemon.hpp"
#include "daemon/exposed_files.hpp"
#include "daemon/monitoring.hpp"
#include "daemon/registration.hpp"
#include "daemon/signals.hpp"
#include "daemon/trial.hpp"
#include "system/config_files.hpp"
#include "system/credentials/pool_tls.hpp"
#include "system/daemonize.hpp"
#include "system/log_sinks.hpp"
#include "system/notify.hpp"
#include "system/openable.hpp"
#include "system/pid_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>

#include <malloc.h>

namespace mco::daemon {
namespace {

Expected<system::LoadedConfig> load(const Options& options) {
    return system::load_config(system::Program::server,
                               options.config,
                               system::process_environment(),
                               options.plugin_files);
}

Expected<WorkerPool::Limits> pool_limits(const config::Config& config) {
    const WorkerPool::Limits defaults;
    MCO_TRY(threads, config.plugin_int("daemon.workers", static_cast<long>(defaults.threads)));
    MCO_TRY(queued, config.plugin_int("daemon.queue", static_cast<long>(defaults.queued)));
    if (threads < 1 || threads > 256 || queued < 0 || queued > 100'000)
        return fail(Errc::invalid,
                    "plugin.daemon.workers must be 1 to 256 and plugin.daemon.queue 0 to 100000");
    return WorkerPool::Limits{static_cast<std::size_t>(threads), static_cast<std::size_t>(queued)};
}

/// A check complains on the terminal, whatever logger is configured.
Expected<std::unique_ptr<system::Log>> make_log(const Options& options,
                                                const config::Config& config,
                                                const system::Clock& clock) {
    MCO_TRY(level, system::log_level(config));
    if (options.task == Options::Task::check_config)
        return std::make_unique<system::Log>(
            std::make_unique<system::ConsoleSink>(stderr, false, clock), system::Level::warn);
    MCO_TRY(sink, system::make_sink(config, clock, "mcollectived"));
    return std::make_unique<system::Log>(std::move(sink), level);
}

/// Everything a running program consists of, in the order in which it comes up.
class Program {
  public:
    Program(const Options& options, system::LoadedConfig loaded, std::string version)
        : options_(options), loaded_(std::move(loaded)), version_(std::move(version)) {}

    Expected<void> run() {
        MCO_TRY(log, make_log(options_, loaded_.config, clock_));
        log_ = std::move(log);
        auto done = run_logged();
        const bool told_there_as_well = loaded_.config.logger_type == "console";
        if (!done && options_.task == Options::Task::serve && !told_there_as_well)
            log_->fatal("{}", done.error().message);
        return done;
    }

  private:
    Expected<void> run_logged() {
        for (const std::string& warning : loaded_.diagnostics.warnings)
            log_->warn("{}", warning);
        for (const std::string& warning : exposed_files(loaded_.config))
            log_->warn("{}", warning);
        const auto problems = options_.task == Options::Task::check_config ? try_all() : 0;
        MCO_TRY(limits, pool_limits(loaded_.config));
        MCO_TRY(watched, Monitoring::settings(loaded_.config, options_.status_file));
        MCO_TRY(declarations, agents::Declarations::builtin());
        WorkerPool workers(limits);
        asio::io_context io(1);
        const Surroundings surroundings{
            io, declarations, workers, clock_, runner_, *log_, version_};
        MCO_TRY(outside, make_outside(loaded_.config, surroundings));
        if (options_.task == Options::Task::check_config)
            return check(surroundings, std::move(outside), std::move(watched), problems);
        MCO_TRY(daemon, make_daemon(loaded_.config, surroundings, std::move(outside)));
        MCO_TRY(monitoring, Monitoring::make({io, *daemon, *log_}, std::move(watched)));
        MCO_CHECK(serve(io, *daemon, *monitoring));
        if (!workers.idle()) {  // actions that cannot be waited for any longer
            log_->warn("Stopping in the middle of an action");
            daemon->give_up_all();
            monitoring.reset();
            pid_file_.reset();
            std::_Exit(EXIT_SUCCESS);
        }
        return {};
    }

    /// Tells of settings that nobody knows and of files that could not be opened, before anything
    /// ends the check. Returns how many of them would keep the daemon from starting.
    std::size_t try_all() {
        for (const auto& sentence : config::unknown_settings(loaded_.config))
            log_->warn("{}", sentence);
        const auto trial = try_files(loaded_.config, options_.pidfile);
        for (const auto& sentence : trial.warnings)
            log_->warn("{}", sentence);
        for (const auto& sentence : trial.problems)
            log_->error("{}", sentence);
        return trial.problems.size();
    }

    /// Makes the daemon, but for what making it would write.
    Expected<void> check(const Surroundings& surroundings,
                         Outside outside,
                         Monitoring::Settings watched,
                         std::size_t problems) {
        auto unwritten = loaded_.config;
        unwritten.rpcaudit = false;
        MCO_TRY(daemon, make_daemon(unwritten, surroundings, std::move(outside)));
        if (watched.status_file && system::comes_with_the_service(*watched.status_file)) {
            log_->warn("The folder of the status file {} is not there, unless the service makes it",
                       *watched.status_file);
            watched.status_file.reset();
        }
        MCO_CHECK(Monitoring::make({surroundings.io, *daemon, *log_}, std::move(watched)));
        MCO_CHECK(check_registration(loaded_.config));
        if (problems == 0)
            return {};
        return fail(Errc::invalid, "the daemon would not start: see above");
    }

    static Expected<std::unique_ptr<Daemon>> make_daemon(const config::Config& config,
                                                         const Surroundings& surroundings,
                                                         Outside outside) {
        try {
            return std::make_unique<Daemon>(config, surroundings, std::move(outside));
        } catch (const std::exception& error) {
            return fail(Errc::invalid, error.what());
        }
    }

    Expected<void> serve(asio::io_context& io, Daemon& daemon, Monitoring& monitoring) {
        if (options_.pidfile) {
            MCO_TRY(pid_file, system::PidFile::create(*options_.pidfile));
            pid_file_.emplace(std::move(pid_file));
        }
        MCO_CHECK(monitoring.start());
        const auto reread_level = [this]() -> Expected<system::Level> {
            MCO_TRY(again, load(options_));
            return system::log_level(again.config);
        };
        Signals signals(
            {io, daemon, *log_, reread_level, [&monitoring] { monitoring.write_status(); }});
        signals.wait();
        std::optional<Error> failure;
        log_->info(
            "mcollectived {} started, logging at {} level", version_, loaded_.config.loglevel);
        daemon.start([&](const Error& why) {
            failure = why;
            io.stop();
        });
        if (startup_)
            startup_->ready();
        system::notify_ready();
        daemon.prepare();
        io.run();
        if (failure)
            return tl::unexpected(*failure);
        log_->info("mcollectived stopped");
        return {};
    }

  public:
    /// Before anything else exists: a fork takes only the thread that calls it along.
    Expected<void> go_to_background() {
        if (options_.task != Options::Task::serve ||
            !options_.daemonize.value_or(loaded_.config.daemonize))
            return {};
        MCO_TRY(startup, system::daemonize());
        startup_.emplace(std::move(startup));
        return {};
    }

  private:
    const Options& options_;
    const system::LoadedConfig loaded_;
    const std::string version_;
    const system::RealClock clock_;
    system::RealRunner runner_;
    std::unique_ptr<system::Log> log_;
    std::optional<system::Startup> startup_;
    std::optional<system::PidFile> pid_file_;
};

}  // namespace

Expected<void> serve(const Options& options, const std::string& version) {
    mallopt(M_ARENA_MAX,
            2);  // one for each of sixteen workers would cost more memory than the daemon itself
    MCO_TRY(loaded, load(options));
    Program program(options, std::move(loaded), version);
    MCO_CHECK(program.go_to_background());
    return program.run();
}

Expected<std::string> printed_config(const Options& options) {
    MCO_TRY(loaded, load(options));
    for (const std::string& warning : loaded.diagnostics.warnings)
        std::fprintf(stderr, "%s\n", warning.c_str());
    const auto home = system::process_environment()("HOME");
    return config::print_config(credentials::with_pool_tls(
        loaded.config, credentials::Role::node, credentials::this_process(home)));
}

}  // namespace mco::daemon
