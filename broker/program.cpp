#include "broker/program.hpp"

#include "broker/password.hpp"
#include "broker/server.hpp"
#include "broker/trial.hpp"
#include "system/colour.hpp"
#include "system/log_sinks.hpp"
#include "system/notify.hpp"
#include "system/pid_file.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace mco::broker {

namespace {

/// Every connection costs a descriptor, and the usual limit of 1024 is low for a broker.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

asio::awaitable<void> handle_signals(asio::signal_set& signals, Server& server) {
    for (;;) {
        SystemError error;
        const int number =
            co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (error)
            co_return;
        if (number == SIGUSR1) {
            server.report();
        } else if (number == SIGHUP) {
            system::notify_reloading();
            server.reload();
            system::notify_ready();
        } else {
            system::notify_stopping();
            server.stop();
            co_return;
        }
    }
}

}  // namespace

int print_password_hash() {
    std::string password;
    std::getline(std::cin, password);
    if (password.empty()) {
        std::cerr << "mco-broker: no password on standard input\n";
        return 1;
    }
    const auto hash = hash_password(password);
    if (!hash) {
        std::cerr << "mco-broker: " << hash.error().message << "\n";
        return 1;
    }
    std::cout << *hash << "\n";
    return 0;
}

Expected<void> check(const Settings& settings) {
    const system::RealClock clock;
    system::Log log(std::make_unique<system::ConsoleSink>(stderr, false, clock),
                    system::Level::warn);
    Hub hub(settings.session, settings.max_memory, log, clock);
    asio::io_context loop(1);
    asio::thread_pool pool(1);
    const auto trial = try_files(settings);
    for (const auto& sentence : trial.warnings)
        log.warn("{}", sentence);
    for (const auto& sentence : trial.problems)
        log.error("{}", sentence);
    MCO_CHECK(Server(loop, pool, hub, settings).check());
    if (trial.problems.empty())
        return {};
    return fail(Errc::invalid, "the broker would not start: see above");
}

int serve(const Settings& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    const system::RealClock clock;
    const bool colour = system::wants_colour(
        true, STDERR_FILENO, {std::getenv("NO_COLOR"), std::getenv("CLICOLOR_FORCE")});
    system::Log log(std::make_unique<system::ConsoleSink>(stderr, colour, clock),
                    settings.log_level);
    Hub hub(settings.session, settings.max_memory, log, clock);
    asio::io_context loop(1);
    asio::thread_pool pool(2);
    Server server(loop, pool, hub, settings);
    asio::signal_set signals(loop, SIGTERM, SIGINT, SIGHUP);
    signals.add(SIGUSR1);
    std::optional<system::PidFile> pid_file;
    if (!settings.pid_file.empty()) {
        auto created = system::PidFile::create(settings.pid_file);
        if (!created) {
            log.fatal("cannot start: {}", created.error().message);
            return 1;
        }
        pid_file.emplace(*std::move(created));
    }
    if (const auto started = server.start(); !started) {
        log.fatal("cannot start: {}", started.error().message);
        return 1;
    }
    asio::co_spawn(loop, handle_signals(signals, server), asio::detached);
    system::notify_ready();
    loop.run();
    log.info("stopped");
    return 0;
}

}  // namespace mco::broker
