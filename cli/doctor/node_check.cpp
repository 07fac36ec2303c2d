#include "cli/doctor/node_check.hpp"

#include "cli/doctor/certificate_check.hpp"
#include "core/config/keys_catalogue.hpp"
#include "system/config_files.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include <unistd.h>

namespace mco::doctor {

namespace {

using Kind = FileFacts::Kind;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        if (end > begin)
            parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

Finding not_root(const std::string& check, const FileFacts& file, const Observer& observer) {
    return skipped(
        check, file.path, "cannot be judged as " + observer.user + ": run this command as root");
}

class NodeCheck {
  public:
    explicit NodeCheck(const NodeSubject& subject) : subject_(subject), config_(subject.config) {}

    Findings run() {
        rights();
        daemon();
        written();
        facts();
        classes();
        append(findings_, check_policies(config_, subject_.observer));
        puppet();
        return std::move(findings_);
    }

  private:
    void add(Finding finding) { findings_.push_back(std::move(finding)); }

    void rights() {
        const auto& user = subject_.observer.user;
        add(subject_.observer.uid == 0
                ? ok("rights", user, "sees what the daemon sees")
                : skipped("rights", user, "is not root: what only root may see is not judged"));
    }

    /// The file that is read when none is named.
    bool is_usual() const {
        const auto candidates = system::config_candidates(system::Program::server, std::nullopt);
        const auto first =
            std::find_if(candidates.begin(), candidates.end(), [](const auto& candidate) {
                return look_at(candidate).readable;
            });
        return first != candidates.end() && *first == config_.file;
    }

    std::vector<std::uint16_t> ports() const {
        std::vector<std::uint16_t> all;
        for (int i = 1;; ++i) {
            const auto prefix = fmt::format("{}.pool.{}.", config_.connector, i);
            if (config_.plugin_setting(prefix + "host") == nullptr)
                return all;
            const auto port = config_.plugin_int(prefix + "port", 61613);
            if (port && *port > 0 && *port < 65536)
                all.push_back(static_cast<std::uint16_t>(*port));
        }
    }

    void daemon() {
        const auto daemons = find_daemons();
        const bool usual = is_usual();
        add(judge_daemons(daemons, config_.file, usual));
        for (const auto& one : daemons)
            if (one.config == config_.file || (usual && one.config.empty()))
                daemon(one);
    }

    void daemon(const DaemonFacts& one) {
        const auto subject = fmt::format("process {}", one.pid);
        const auto connected = is_connected(one.pid, ports());
        if (!connected)
            add(skipped("connection", subject, "cannot be seen: run this command as root"));
        else if (*connected)
            add(ok("connection", subject, "is connected to the broker's port"));
        else
            add(problem("connection",
                        subject,
                        {"has no connection to any broker",
                         "see the findings about the broker, and the last lines of " +
                             (config_.logfile.empty() ? "its log" : config_.logfile)}));
        if (one.pidfile.empty())
            return;
        const auto text = system::read_file(one.pidfile, 64);
        const bool right = text && text->substr(0, text->find('\n')) == std::to_string(one.pid);
        add(right ? ok("pid file", one.pidfile, "names " + subject)
                  : problem("pid file",
                            one.pidfile,
                            {"does not name " + subject + ", which was to write it",
                             "restart the daemon: systemctl restart mcollectived"}));
    }

    void written() {
        if (config_.logger_type != "file")
            add(ok("log", config_.logger_type, "is where the daemon logs"));
        else if (config_.logfile.empty())
            add(warning("log",
                        "",
                        {"no logfile is set",
                         "set logfile in " + config_.file + ", or logger_type = syslog"}));
        else
            add(judge_written("log", look_at(config_.logfile), subject_.observer));
        if (!config_.rpcaudit)
            return add(ok("audit", "", "off (rpcaudit)"));
        const auto path = config::plugin_or_default(config_, "rpcaudit.logfile");
        add(judge_written("audit", look_at(path), subject_.observer));
    }

    void facts() {
        for (const auto& source : split(config_.factsource, ',')) {
            const auto name = source.substr(source.find_first_not_of(' '));
            const bool files = name == "yaml" || name == "json";
            if (files)
                fact_files(name);
            else
                program("facts",
                        config_.plugin_string(name + ".command",
                                              name == "facter" ? "facter --json" : name),
                        "install it, or set factsource = yaml");
        }
    }

    void fact_files(const std::string& source) {
        const auto paths = split(config_.plugin_string(source, ""), ':');
        if (paths.empty())
            add(warning("facts",
                        "",
                        {"none: plugin." + source + " is not set, so that no fact filter matches",
                         "set plugin." + source +
                             " to a file that Puppet keeps up to date, or "
                             "factsource = facter, in " +
                             config_.file}));
        for (const auto& path : paths)
            add(judge_facts(look_at(path), subject_.observer, subject_.now));
    }

    void classes() {
        const auto file = look_at(config_.classesfile);
        if (auto trouble = unusable(file, subject_.observer)) {
            const bool missing = file.kind == Kind::missing;
            if (!missing && subject_.observer.uid != 0)
                return add(not_root("classes", file, subject_.observer));
            trouble->message += ", so that no class filter matches";
            trouble->advice =
                "Puppet writes it: set classesfile to what puppet config print "
                "classfile says, and run puppet agent --test";
            return add(warning("classes", file.path, *std::move(trouble)));
        }
        add(ok("classes", file.path, "written " + age_text(subject_.now - file.modified)));
    }

    /// Is the first word of a command a program?
    void program(const std::string& check, const std::string& command, const std::string& advice) {
        const auto word = command.substr(0, command.find(' '));
        auto places = split(subject_.environment("PATH").value_or(""), ':');
        places.insert(places.end(), {"/opt/puppetlabs/bin", "/usr/bin", "/usr/local/bin"});
        if (word.find('/') != std::string::npos)
            places = {""};
        for (const auto& place : places) {
            const auto path = place.empty() ? word : place + "/" + word;
            if (look_at(path).kind == Kind::file && ::access(path.c_str(), X_OK) == 0)
                return add(ok(check, path, "is there"));
        }
        add(warning(check, word, {"there is no such program", advice}));
    }

    void puppet() {
        const auto active = config_.plugin_bool("puppet.activate_agent", config_.activate_agents);
        if (active && !*active)
            return add(ok("Puppet", "", "the agent puppet is not active here"));
        program("Puppet",
                config_.plugin_string("puppet.command", "puppet agent"),
                "install Puppet's agent, or name it with plugin.puppet.command; without it set "
                "plugin.puppet.activate_agent = 0");
    }

    const NodeSubject& subject_;
    const config::Config& config_;
    Findings findings_;
};

}  // namespace

Finding judge_daemons(const std::vector<DaemonFacts>& daemons,
                      const std::string& config_file,
                      bool usual) {
    std::string others;
    for (const auto& one : daemons) {
        if (one.config == config_file || (usual && one.config.empty()))
            return ok(
                "daemon", config_file, fmt::format("mcollectived runs as process {}", one.pid));
        others += fmt::format("{}process {} with {}",
                              others.empty() ? "" : ", ",
                              one.pid,
                              one.config.empty() ? "the usual one" : one.config);
    }
    return problem("daemon",
                   config_file,
                   {"no mcollectived runs with this configuration" +
                        (others.empty() ? "" : "; there is " + others),
                    "mcollectived --check-config --config " + config_file +
                        " says whether it can; systemctl start mcollective; journalctl -u "
                        "mcollective"});
}

Finding judge_written(const std::string& check, const FileFacts& file, const Observer& observer) {
    if (!file.writable && observer.uid != 0)
        return not_root(check, file, observer);
    if (file.kind == Kind::missing)
        return file.writable ? ok(check, file.path, "is not there yet and can be written")
                             : problem(check,
                                       file.path,
                                       {"cannot be created",
                                        "create its directory: install -d -m 0750 " +
                                            file.path.substr(0, file.path.rfind('/'))});
    if (file.kind != Kind::file || !file.writable)
        return problem(
            check,
            file.path,
            {"cannot be written", "let it be a file of root's: chown root " + file.path});
    if ((file.mode & 0002U) != 0)
        return warning(
            check,
            file.path,
            {"can be changed by everybody (" + rights_of(file) + ")", "chmod 0640 " + file.path});
    return ok(check, file.path, "can be written");
}

Finding judge_facts(const FileFacts& file, const Observer& observer, TimePoint now) {
    constexpr std::chrono::days old(2);
    const std::string check = "facts";
    if (file.kind == Kind::directory && file.readable)
        return ok(check, file.path, "is a directory of facts");
    if (auto trouble = unusable(file, observer)) {
        if (file.kind != Kind::missing && observer.uid != 0)
            return not_root(check, file, observer);
        trouble->advice = "let Puppet or cron write it, such as facter --yaml > " + file.path;
        return problem(check, file.path, *std::move(trouble));
    }
    if (now - file.modified > old)
        return warning(check,
                       file.path,
                       {"was written " + age_text(now - file.modified),
                        "see why Puppet or cron does not write it any more, or set factsource = "
                        "facter"});
    return ok(check, file.path, "written " + age_text(now - file.modified));
}

Findings check_node(const NodeSubject& subject) {
    return NodeCheck(subject).run();
}

}  // namespace mco::doctor
