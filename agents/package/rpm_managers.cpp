// The managers of rpm's packages: yum (also as dnf) and zypper.
#include "agents/package/lines.hpp"
#include "agents/package/manager.hpp"
#include "agents/package/said.hpp"
#include "agents/package/time_left.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::package {
namespace {

constexpr std::size_t most_printed = 64u << 20;  // bytes

system::Command rpm_command(std::vector<std::string> argv) {
    system::Command command;
    command.argv = std::move(argv);
    command.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                           {"LC_ALL", "C"},
                           {"LANG", "C"},
                           {"LANGUAGE", ""}};
    command.directory = "/";
    return command;
}

/// What all managers of rpm's packages have in common.
class RpmManager : public Manager {
  public:
    explicit RpmManager(const ManagerParts& parts) : parts_(parts) {}

    Expected<Told> count(Monotonic deadline) const override {
        MCO_TRY(list, packages(deadline));
        auto lines = lines_of(list);
        std::erase(lines, std::string_view());
        return count_of(lines);
    }

    Expected<Told> md5(Monotonic deadline) const override {
        MCO_TRY(list, packages(deadline));
        return md5_of(list);
    }

  protected:
    Expected<system::Finished> run(std::vector<std::string> argv, Monotonic deadline) const {
        auto command = rpm_command(std::move(argv));
        command.timeout = time_left(parts_.clock, deadline);
        command.output_limit = most_printed;
        return parts_.runner.run(command);
    }

    const ManagerParts& parts() const { return parts_; }

    /// For commands whose code tells whether they worked.
    Expected<Ended> change(const Changes::Turn& turn,
                           std::vector<std::string> argv,
                           Monotonic deadline) const {
        MCO_TRY(ended, parts_.changes.run(turn, rpm_command(std::move(argv)), deadline));
        if (ended.exit_code != 0)
            return fail(Errc::io, failure_text(ended.exit_code, ended.output));
        return ended;
    }

    static std::string failure_text(int exit_code, const std::string& output) {
        return fmt::format("it ended with {}: {}", exit_code, complaint_in(output));
    }

  private:
    Expected<std::string> packages(Monotonic deadline) const {
        MCO_TRY(answer, run({"rpm", "-qa"}, deadline));
        if (answer.exit_code != 0 || answer.truncated)
            return fail(Errc::io, "rpm -qa: " + failure_text(answer.exit_code, tidy(answer.err)));
        return std::move(answer.out);
    }

    const ManagerParts parts_;
};

/// The first of both that there is.
Expected<system::Finished> run_yum(const ManagerParts& parts,
                                   const std::vector<std::string>& words,
                                   Monotonic deadline) {
    for (const auto* program : {"yum", "dnf"}) {
        std::vector<std::string> argv = {program};
        argv.insert(argv.end(), words.begin(), words.end());
        auto command = rpm_command(std::move(argv));
        command.timeout = time_left(parts.clock, deadline);
        command.output_limit = most_printed;
        auto answer = parts.runner.run(command);
        if (answer || answer.error().code != Errc::not_found)
            return answer;
    }
    return fail(Errc::not_found, "This node has no yum");
}

class YumManager final : public RpmManager {
  public:
    using RpmManager::RpmManager;

    std::string_view name() const override { return "yum"; }

    /// The code is told and is no error: 100 means that there are some.
    Expected<Told> updates(Monotonic deadline) const override {
        MCO_TRY(answer, run_yum(parts(), {"-q", "check-update"}, deadline));
        return Told{tidy(answer.out + answer.err), answer.exit_code, read_yum(answer.out)};
    }

    Expected<Told> search(const std::string& pattern, Monotonic deadline) const override {
        MCO_TRY(answer, run_yum(parts(), {"-q", "list", "available", "--", pattern}, deadline));
        if (answer.exit_code != 0 && answer.err.find("No matching") == std::string::npos)
            return fail(Errc::io, "yum list: " + failure_text(answer.exit_code, tidy(answer.err)));
        return Told{{}, answer.exit_code, read_yum(answer.out)};
    }

    Expected<Told> refresh(const Changes::Turn& /*turn*/, Monotonic deadline) override {
        std::string output;
        for (const auto& words : {std::vector<std::string>{"clean", "expire-cache"},
                                  std::vector<std::string>{"-q", "makecache"}}) {
            MCO_TRY(answer, run_yum(parts(), words, deadline));
            output += tidy(answer.out + answer.err);
            if (answer.exit_code != 0)
                return fail(Errc::io,
                            "yum " + words.back() + ": " +
                                failure_text(answer.exit_code, tidy(answer.err)));
        }
        return Told{std::move(output), 0, {}};
    }
};

class ZypperManager final : public RpmManager {
  public:
    using RpmManager::RpmManager;

    std::string_view name() const override { return "zypper"; }

    Expected<Told> updates(Monotonic deadline) const override {
        MCO_TRY(answer, run({"zypper", "-q", "--non-interactive", "list-updates"}, deadline));
        return Told{
            tidy(answer.out + answer.err), answer.exit_code, read_zypper_updates(answer.out)};
    }

    Expected<Told> search(const std::string& pattern, Monotonic deadline) const override {
        MCO_TRY(answer,
                run({"zypper",
                     "-q",
                     "--non-interactive",
                     "search",
                     "--match-exact",
                     "--details",
                     "--type",
                     "package",
                     "--",
                     pattern},
                    deadline));
        constexpr int none_found = 104;
        if (answer.exit_code != 0 && answer.exit_code != none_found)
            return fail(
                Errc::io,
                "zypper search: " + failure_text(answer.exit_code, tidy(answer.out + answer.err)));
        return Told{{}, answer.exit_code, read_zypper_search(answer.out)};
    }

    Expected<Told> refresh(const Changes::Turn& turn, Monotonic deadline) override {
        MCO_TRY(ended, change(turn, {"zypper", "--non-interactive", "refresh"}, deadline));
        return Told{std::move(ended.output), ended.exit_code, {}};
    }
};

}  // namespace

std::unique_ptr<Manager> make_yum_manager(const ManagerParts& parts) {
    return std::make_unique<YumManager>(parts);
}

std::unique_ptr<Manager> make_zypper_manager(const ManagerParts& parts) {
    return std::make_unique<ZypperManager>(parts);
}

Expected<Told> yum_clean(const ManagerParts& parts, const std::string& mode, Monotonic deadline) {
    MCO_TRY(answer, run_yum(parts, {"clean", mode}, deadline));
    auto output = tidy(answer.out + answer.err);
    if (answer.exit_code != 0)
        return fail(
            Errc::io,
            fmt::format(
                "yum clean {} ended with {}: {}", mode, answer.exit_code, complaint_in(output)));
    return Told{std::move(output), answer.exit_code, {}};
}

}  // namespace mco::package
