// `mco doctor`: looks at everything that has to be right before nodes answer, and says what to do
// about what is not.
#include "cli/render/doctor.hpp"

#include "cli/applications/table.hpp"
#include "cli/broker_link.hpp"
#include "cli/doctor/ask_node.hpp"
#include "cli/doctor/broker_check.hpp"
#include "cli/doctor/certificate_check.hpp"
#include "cli/doctor/clock_check.hpp"
#include "cli/doctor/config_check.hpp"
#include "cli/doctor/node_check.hpp"
#include "cli/doctor/security_check.hpp"
#include "system/clock.hpp"
#include "system/credentials/pool_tls.hpp"
#include "system/log_sinks.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace mco::cli {

namespace {

using credentials::Role;
using std::chrono::seconds;

constexpr seconds usual_bound(15);

/// The command line.
struct Task {
    Role role = Role::client;
    std::optional<std::string> config;  // the file to look at
    std::string node;                   // to be asked; empty: none
    bool offline = false;
    bool json = false;
    seconds bound = usual_bound;
};

Expected<Task> read_task(const options::Parsed& parsed) {
    Task task;
    const auto* server = parsed.last("server-config");
    const auto* config = parsed.last("config");
    if (parsed.has("node") || server != nullptr)
        task.role = Role::node;
    if (server != nullptr || config != nullptr)
        task.config = server != nullptr ? server->text : config->text;
    task.offline = parsed.has("offline");
    task.json = parsed.has("json");
    if (const auto given = parsed.integer("timeout"))
        task.bound = seconds(std::clamp<std::int64_t>(*given, 1, 3600));
    if (parsed.arguments.size() > 1)
        return fail(Errc::invalid, "Name one node at most: mco doctor NODE");
    if (!parsed.arguments.empty())
        task.node = parsed.arguments.front();
    if (!task.node.empty() && (task.role == Role::node || task.offline))
        return fail(Errc::invalid,
                    "A node is asked over the broker as a client: leave --node, --server-config "
                    "and --offline out");
    return task;
}

class Examination {
  public:
    explicit Examination(Task task)
        : task_(std::move(task)),
          deadline_(clock_.monotonic() + task_.bound),
          environment_(system::process_environment()),
          observer_(doctor::this_observer()) {}

    doctor::Findings run() {
        auto read = doctor::check_configuration(
            task_.role == Role::node ? system::Program::server : system::Program::client,
            task_.config,
            environment_,
            observer_);
        doctor::append(findings_, std::move(read.findings));
        if (!read.config) {
            add(doctor::judge_kernel_clock(doctor::ask_kernel()));
            add(doctor::skipped(
                "everything else", "", "cannot be looked at without a configuration"));
            return std::move(findings_);
        }
        colour_ = read.config->color;
        examine(*read.config);
        return std::move(findings_);
    }

    /// As configured; known after run().
    bool colour() const { return colour_; }

  private:
    void add(doctor::Finding finding) { findings_.push_back(std::move(finding)); }

    void examine(const config::Config& config) {
        doctor::append(findings_,
                       doctor::check_security(
                           {config, task_.role, observer_, environment_("HOME"), clock_.now()}));
        if (task_.role == Role::node)
            doctor::append(findings_,
                           doctor::check_node({config, observer_, environment_, clock_.now()}));
        if (task_.offline)
            add(doctor::skipped("broker", "", "not asked (--offline)"));
        else
            visit(config);
        look_at_clock(config);
    }

    void visit(const config::Config& config) {
        const auto process = credentials::this_process(environment_("HOME"));
        const auto secured = credentials::make_provider(config, task_.role, process, clock_.now());
        const auto completed = credentials::with_pool_tls(config, task_.role, process);
        auto report = doctor::visit_brokers({completed,
                                             task_.role,
                                             secured ? secured->provider.get() : nullptr,
                                             clock_,
                                             deadline_});
        const bool reached =
            std::any_of(report.findings.begin(), report.findings.end(), [](const auto& finding) {
                return finding.check == "login" && finding.status == doctor::Status::ok;
            });
        doctor::append(findings_, std::move(report.findings));
        answers_ = std::move(report.answers);
        if (task_.node.empty())
            return;
        if (!reached || !secured)
            return add(doctor::skipped(
                "node", task_.node, "cannot be asked before the problems above are solved"));
        ask(config);
    }

    /// Over a session as every other command has it.
    void ask(const config::Config& config) {
        constexpr std::chrono::milliseconds patience(3000);
        Settings settings;
        settings.connection_timeout = patience;
        system::Log silent(std::make_unique<system::NullSink>(), system::Level::fatal);
        BrokerLink link(config, settings, clock_, silent, environment_("HOME"), {});
        const auto session = link.session();
        if (!session)
            return add(doctor::problem("node",
                                       task_.node,
                                       {"could not be asked: " + session.error().message,
                                        "see the findings about the broker"}));
        std::vector<std::string> others;
        for (const auto& answer : answers_)
            others.push_back(answer.node);
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - clock_.monotonic());
        const auto limit = std::clamp(left / 3, std::chrono::milliseconds(200), patience);
        auto report = doctor::ask_node(**session, config, task_.node, limit, others);
        doctor::append(findings_, std::move(report.findings));
        if (!report.answers.empty() &&
            std::find(others.begin(), others.end(), task_.node) == others.end())
            answers_.push_back(std::move(report.answers.front()));
    }

    /// Nodes know better than the kernel, whose word counts only without them.
    void look_at_clock(const config::Config& config) {
        if (!answers_.empty())
            return doctor::append(findings_, doctor::judge_skew(answers_));
        add(doctor::judge_kernel_clock(doctor::ask_kernel()));
        if (auto finding = doctor::judge_file_time(doctor::look_at(config.file), clock_.now()))
            add(*std::move(finding));
    }

    const Task task_;
    const system::RealClock clock_;
    const Monotonic deadline_;
    const config::Environment environment_;
    const doctor::Observer observer_;
    bool colour_ = true;
    doctor::Findings findings_;
    std::vector<doctor::Answered> answers_;
};

}  // namespace

std::vector<std::string> doctor_usages() {
    return {"mco doctor [NODE] [options]", "mco doctor --node [options]"};
}

std::vector<options::OptionSpec> doctor_options() {
    return {
        {"node", "", {"node"}, "", "Look at the daemon's set-up on this machine"},
        {"server-config", "", {"server-config"}, "FILE", "Its configuration file; implies --node"},
        {"offline", "", {"offline"}, "", "Ask no broker"},
        {"timeout",
         "t",
         {"timeout"},
         "SECONDS",
         "How long everything may take",
         "Application Options",
         options::Kind::integer},
        {"json", "j", {"json"}, "", "Print the findings as JSON"}};
}

Expected<int> run_doctor(Context& context) {
    MCO_TRY(task, read_task(context.parsed));
    const bool json = task.json;
    Examination examination(std::move(task));
    const auto findings = examination.run();
    const render::Palette palette{context.palette.on && examination.colour()};
    context.screen.out(json ? render::doctor_json(findings)
                            : render::doctor_text(findings, palette));
    const bool troubled = std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.status == doctor::Status::problem;
    });
    return troubled ? 1 : 0;
}

}  // namespace mco::cli
