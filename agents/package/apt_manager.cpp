// apt and dpkg.
#include "agents/package/dpkg.hpp"
#include "agents/package/lines.hpp"
#include "agents/package/manager.hpp"
#include "agents/package/names.hpp"
#include "agents/package/said.hpp"
#include "agents/package/time_left.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <fnmatch.h>

namespace mco::package {
namespace {

constexpr std::size_t most_listed = 64u << 20;  // bytes

class AptManager final : public Manager {
  public:
    explicit AptManager(const ManagerParts& parts) : parts_(parts) {}

    std::string_view name() const override { return "apt"; }

    Expected<Told> count(Monotonic deadline) const override {
        MCO_TRY(list, packages(deadline));
        return count_of(installed_lines(list));
    }

    Expected<Told> md5(Monotonic deadline) const override {
        MCO_TRY(list, packages(deadline));
        return md5_of(fmt::format("{}", fmt::join(installed_lines(list), "\n")));
    }

    Expected<Told> updates(Monotonic deadline) const override {
        MCO_TRY(answer, ask({"apt-get", "-q", "--simulate", "dist-upgrade"}, deadline));
        return Told{tidy(answer.out), answer.exit_code, read_apt_upgrades(answer.out)};
    }

    Expected<Told> search(const std::string& pattern, Monotonic deadline) const override;
    Expected<Told> refresh(const Changes::Turn& turn, Monotonic deadline) override;

  private:
    Expected<system::Finished> ask(std::vector<std::string> argv, Monotonic deadline) const;
    Expected<std::string> packages(Monotonic deadline) const;
    Expected<std::vector<std::string>> matches(const std::string& pattern,
                                               Monotonic deadline) const;

    const ManagerParts parts_;
};

/// Errors: also io where it ends with another code than 0.
Expected<system::Finished> AptManager::ask(std::vector<std::string> argv,
                                           Monotonic deadline) const {
    auto command = debian_command(std::move(argv));
    command.timeout = time_left(parts_.clock, deadline);
    command.output_limit = most_listed;
    MCO_TRY(answer, parts_.runner.run(command));
    if (answer.exit_code != 0)
        return fail(Errc::io,
                    fmt::format("{} ended with {}: {}",
                                command.argv.front(),
                                answer.exit_code,
                                complaint_in(tidy(answer.err + answer.out))));
    if (answer.truncated)
        return fail(Errc::limit, command.argv.front() + " printed more than can be read");
    return answer;
}

/// What `dpkg --list` prints; exactly as for the original, which sets this locale and no width.
Expected<std::string> AptManager::packages(Monotonic deadline) const {
    system::Command command = debian_command({"dpkg", "--list"});
    command.environment["LC_ALL"] = "C";
    command.timeout = time_left(parts_.clock, deadline);
    command.output_limit = most_listed;
    MCO_TRY(answer, parts_.runner.run(command));
    if (answer.exit_code != 0 || answer.truncated)
        return fail(
            Errc::io,
            fmt::format(
                "dpkg --list ended with {}: {}", answer.exit_code, complaint_in(tidy(answer.err))));
    return std::move(answer.out);
}

/// The names that a pattern stands for.
Expected<std::vector<std::string>> AptManager::matches(const std::string& pattern,
                                                       Monotonic deadline) const {
    if (!is_glob(pattern))
        return std::vector<std::string>{pattern};
    const auto begin = pattern.substr(0, pattern.find_first_of("*?["));
    MCO_TRY(answer, ask({"apt-cache", "pkgnames", "--", begin}, deadline));
    std::vector<std::string> names;
    for (const auto line : lines_of(answer.out))
        if (const std::string name(line); ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0)
            names.push_back(name);
    if (names.size() > most_matches)
        return fail(Errc::limit,
                    fmt::format("{} packages match {}, more than {}: search for fewer",
                                names.size(),
                                pattern,
                                most_matches));
    std::sort(names.begin(), names.end());
    return names;
}

Expected<Told> AptManager::search(const std::string& pattern, Monotonic deadline) const {
    MCO_TRY(names, matches(pattern, deadline));
    if (names.empty())
        return Told{};
    std::vector<std::string> argv = {
        "apt-cache", "-o", "APT::Cmd::Pattern-Only=true", "madison", "--"};
    argv.insert(argv.end(), names.begin(), names.end());
    MCO_TRY(answer, ask(std::move(argv), deadline));
    auto items = read_madison(answer.out);
    // old versions of apt look for more than the names
    std::erase_if(items, [&](const Available& item) {
        return std::none_of(names.begin(), names.end(), [&](const std::string& name) {
            return item.package == name.substr(0, name.find(':'));
        });
    });
    return Told{{}, 0, std::move(items)};
}

Expected<Told> AptManager::refresh(const Changes::Turn& turn, Monotonic deadline) {
    MCO_TRY(ended, parts_.apt.run(turn, {"update"}, deadline));
    const auto troubles = troubles_in(ended.output);
    if (ended.exit_code != 0 || has_old_indexes(troubles))
        return fail(Errc::io,
                    troubles.empty() ? fmt::format("apt-get update ended with {}", ended.exit_code)
                                     : fmt::format("{}", fmt::join(troubles, "\n")));
    return Told{std::move(ended.output), ended.exit_code, {}};
}

}  // namespace

std::unique_ptr<Manager> make_apt_manager(const ManagerParts& parts) {
    return std::make_unique<AptManager>(parts);
}

}  // namespace mco::package
