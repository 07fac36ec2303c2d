// Runs and controls the Puppet agent (client and agents §5.1).
#include "agents/agent.hpp"
#include "agents/local_puppet.hpp"
#include "agents/puppet/last_run.hpp"
#include "agents/puppet/resource_action.hpp"
#include "agents/puppet/run_plan.hpp"
#include "agents/puppet/runs.hpp"
#include "puppet/paths.hpp"
#include "puppet/process_table.hpp"
#include "puppet/settings.hpp"
#include "puppet/state.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>

namespace mco::agents {
namespace {

using puppet::Paths;

/// A failure whose text stands in an output, too.
rpc::Output failure_in(const std::string& output, std::string message) {
    rpc::Output failed = rpc::failure(message);
    failed.data.set(output, std::move(message));
    return failed;
}

Value find_in(const Map& summary, std::string_view section, std::string_view name, Value fallback) {
    const Value* found = summary.find(section);
    found = found ? found->find(name) : nullptr;
    return found ? *found : std::move(fallback);
}

class Puppet final : public Agent {
  public:
    explicit Puppet(const AgentContext& context)
        : context_(context), local_(puppet::local_puppet(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.agent("puppet"); }

    void refresh() const override { local_.finder.forget(); }

    /// Filters that ask our data plug-ins wait for a second only.
    void prepare() const override {
        if (const auto paths = local_.finder.paths(); !paths)
            context_.log.info("puppet: {}", paths.error().message);
    }

    rpc::Output act(const Call& call) const override {
        if (call.action == "resource")
            return puppet::act_on_resource(context_, local_, call.inputs);
        const auto paths = local_.finder.paths();
        if (!paths)
            return rpc::failure(paths.error().message);
        if (call.action == "status")
            return status(**paths);
        if (call.action == "last_run_summary")
            return last_run_summary(**paths, call.inputs);
        if (call.action == "runonce")
            return runonce(**paths, call);
        if (call.action == "run_result")
            return run_result(**paths, call.inputs);
        if (call.action == "enable")
            return enable(**paths);
        if (call.action == "disable")
            return disable(**paths, call);
        return rpc::failure("Unknown action " + std::string(call.action),
                            rpc::Status::unknown_action);
    }

  private:
    rpc::Output status(const Paths& paths) const;
    rpc::Output last_run_summary(const Paths& paths, const Map& inputs) const;
    rpc::Output runonce(const Paths& paths, const Call& call) const;
    rpc::Output start(const Paths& paths,
                      const puppet::RunPlan& plan,
                      std::string_view request_id) const;
    bool signal_daemon(const Paths& paths, const puppet::RunPlan& plan, puppet::Run& run) const;
    Expected<pid_t> start_process(const puppet::RunPlan& plan, std::string output_file) const;
    rpc::Output run_result(const Paths& paths, const Map& inputs) const;
    rpc::Output enable(const Paths& paths) const;
    rpc::Output disable(const Paths& paths, const Call& call) const;

    puppet::State state(const Paths& paths) const {
        return puppet::read_state(paths, settings_, processes_);
    }

    std::int64_t now() const {
        return std::chrono::floor<std::chrono::seconds>(context_.clock.now())
            .time_since_epoch()
            .count();
    }

    const AgentContext& context_;
    puppet::LocalPuppet& local_;  // the node's, as its data plug-ins use it, too
    const puppet::Settings& settings_ = local_.settings;
    const puppet::ProcessTable processes_;
    mutable std::mutex starting_;  // from the look at the lock to the note of the started run
};

rpc::Output Puppet::status(const Paths& paths) const {
    const puppet::State current = state(paths);
    const auto summary = puppet::read_summary(paths.last_run_file);
    if (!summary)
        context_.log.warn("puppet: {}", summary.error().message);
    const std::int64_t lastrun = summary ? puppet::last_run(*summary) : 0;
    const std::int64_t since = now() - lastrun;
    rpc::Output output;
    output.data.set("applying", current.applying);
    output.data.set("enabled", current.enabled);
    output.data.set("daemon_present", current.daemon_present);
    output.data.set("lastrun", lastrun);
    output.data.set("idling", current.idling());
    output.data.set("disable_message", current.disable_message);
    output.data.set("since_lastrun", since);
    output.data.set("status", current.status());
    const bool no_catalog = summary && puppet::had_no_catalog(*summary);
    output.data.set("no_catalog", no_catalog);
    output.data.set("message",
                    fmt::format("Currently {}; last completed run {}{}",
                                current.status(),
                                puppet::last_run_text(lastrun, now()),
                                no_catalog ? ", without a catalog" : ""));
    return output;
}

rpc::Output Puppet::last_run_summary(const Paths& paths, const Map& inputs) const {
    const auto wants_logs = [&inputs](std::string_view name) {
        const Value* value = inputs.find(name);
        return value && value->boolean() && *value->boolean();
    };
    auto summary = puppet::read_summary(paths.last_run_file);
    if (!summary)
        return rpc::failure(summary.error().message);
    auto types = puppet::read_type_distribution(paths.resources);
    if (!types)
        return rpc::failure(types.error().message);
    rpc::Output output;
    output.data.set("logs", Map());
    if (wants_logs("logs") || wants_logs("parse_log")) {
        auto logs = puppet::read_logs(paths.last_run_report);
        if (!logs)
            return rpc::failure(logs.error().message);
        output.data.set("logs", *std::move(logs));
    }
    const std::int64_t lastrun = puppet::last_run(*summary);
    output.data.set("type_distribution", *std::move(types));
    output.data.set("out_of_sync_resources", find_in(*summary, "resources", "out_of_sync", 0));
    output.data.set("failed_resources", find_in(*summary, "resources", "failed", 0));
    output.data.set("corrected_resources", find_in(*summary, "resources", "corrective_change", 0));
    output.data.set("changed_resources", find_in(*summary, "resources", "changed", 0));
    output.data.set("total_resources", find_in(*summary, "resources", "total", 0));
    output.data.set("total_time", find_in(*summary, "time", "total", 0));
    output.data.set("config_retrieval_time", find_in(*summary, "time", "config_retrieval", 0));
    output.data.set("lastrun", lastrun);
    output.data.set("since_lastrun", now() - lastrun);
    output.data.set("config_version", find_in(*summary, "version", "config", "unknown"));
    output.data.set("summary", *std::move(summary));
    return output;
}

rpc::Output Puppet::runonce(const Paths& paths, const Call& call) const {
    const std::unique_lock alone(starting_, std::try_to_lock);
    puppet::State current = state(paths);
    current.applying = current.applying || !alone ||
                       puppet::RunBook(paths, processes_, settings_.runs).busy(now());
    const auto plan = puppet::plan_run(call.inputs, settings_, current, paths.has_serverport);
    return plan ? start(paths, *plan, call.request_id)
                : failure_in("summary", plan.error().message);
}

/// The run takes place also where nothing can be noted about it.
rpc::Output Puppet::start(const Paths& paths,
                          const puppet::RunPlan& plan,
                          std::string_view request_id) const {
    const puppet::RunBook book(paths, processes_, settings_.runs);
    const std::int64_t initiated_at = now();  // before Puppet begins
    auto page = book.open(request_id, initiated_at);
    puppet::Run run = page ? *page : puppet::Run();
    run.noop = std::find(plan.command.begin(), plan.command.end(), "--noop") != plan.command.end();
    run.signalled = signal_daemon(paths, plan, run);
    if (!run.signalled) {
        auto started = start_process(plan, page ? book.output_file(run) : "");
        if (!started && page && started.error().code == Errc::io) {
            page = tl::unexpected(started.error());
            started = start_process(plan, "");
        }
        if (!started) {
            context_.log.warn("puppet: {}: {}", plan.text, started.error().message);
            const int shell_code = started.error().code == Errc::not_found ? 127 : 126;
            return failure_in(
                "summary",
                fmt::format(
                    "Puppet command '{}' had exit code {}, expected 0", plan.text, shell_code));
        }
        run.pid = *started;
    }
    const Expected<void> kept =
        page ? book.keep(run) : Expected<void>(tl::unexpected(page.error()));
    if (!kept)
        context_.log.warn("puppet: nobody can ask how this run ends: {}", kept.error().message);
    rpc::Output output;
    output.data.set("summary",
                    run.signalled ? "Signalled the running Puppet Daemon"
                                  : "Started a Puppet run using the '" + plan.text + "' command");
    output.data.set("initiated_at", initiated_at);
    output.data.set("run", kept ? run.name : "");
    return output;
}

/// Whether the daemon was woken; where it went away meanwhile, a process is started instead.
bool Puppet::signal_daemon(const Paths& paths,
                           const puppet::RunPlan& plan,
                           puppet::Run& run) const {
    const auto daemon = plan.signal_daemon ? processes_.holder(paths.pidfile) : std::nullopt;
    run.pid = daemon.value_or(0);
    return daemon && processes_.signal_holder(paths.pidfile, SIGUSR1);
}

Expected<pid_t> Puppet::start_process(const puppet::RunPlan& plan, std::string output_file) const {
    system::Command command;
    command.argv = plan.command;
    command.environment = settings_.environment;
    command.output_file = std::move(output_file);
    return context_.runner.start_detached(command);
}

rpc::Output Puppet::run_result(const Paths& paths, const Map& inputs) const {
    const Value* name = inputs.find("run");
    const puppet::RunBook book(paths, processes_, settings_.runs);
    auto run = book.find(name && name->text() ? *name->text() : "");
    if (!run)
        return rpc::failure(run.error().message);
    const puppet::RunResult result = book.result(*run, now());
    rpc::Output output;
    output.data.set("state", result.finished ? "finished" : "running");
    output.data.set("outcome", result.outcome);
    output.data.set("noop", result.noop);
    output.data.set("total_resources", result.total);
    output.data.set("changed_resources", result.changed);
    output.data.set("failed_resources", result.failed);
    output.data.set("out_of_sync_resources", result.out_of_sync);
    output.data.set("duration", result.duration);
    output.data.set("started_at", result.started_at);
    output.data.set("ended_at", result.ended_at);
    output.data.set("environment", result.environment);
    output.data.set("cached_catalog", result.cached_catalog);
    output.data.set("config_version", result.config_version);
    output.data.set("errors", Array(result.errors.begin(), result.errors.end()));
    const Value* since = inputs.find("since");
    if (since && since->integer()) {
        const puppet::OutputLines printed = book.output(*run, *since->integer());
        output.data.set("output", Array(printed.lines.begin(), printed.lines.end()));
        output.data.set("next", printed.next);
    }
    return output;
}

rpc::Output Puppet::enable(const Paths& paths) const {
    const auto done = puppet::enable(paths);
    rpc::Output output =
        done ? rpc::Output()
             : failure_in("status", "Could not enable Puppet: " + done.error().message);
    if (done)
        output.data.set("status", "Succesfully enabled the Puppet agent");
    output.data.set("enabled", state(paths).enabled);
    return output;
}

rpc::Output Puppet::disable(const Paths& paths, const Call& call) const {
    const Value* given = call.inputs.find("message");
    const std::time_t seconds = now();
    std::tm local{};
    localtime_r(&seconds, &local);
    const std::string message =
        given && given->text()
            ? *given->text()
            : fmt::format(
                  "Disabled via MCollective by {} at {:%Y-%m-%d %H:%M}", call.caller, local);
    const auto done = puppet::disable(paths, message);
    rpc::Output output =
        done ? rpc::Output()
             : failure_in("status", "Could not disable Puppet: " + done.error().message);
    if (done)
        output.data.set("status", "Succesfully locked the Puppet agent: " + message);
    output.data.set("enabled", state(paths).enabled);
    return output;
}

}  // namespace

/// Throws std::invalid_argument if a setting cannot be used: better no start than runs with other
/// options than configured.
std::unique_ptr<Agent> make_puppet_agent(const AgentContext& context) {
    return std::make_unique<Puppet>(context);
}

}  // namespace mco::agents
