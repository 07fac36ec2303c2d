// For the tests of this folder: a systemd and a Puppet that say what a test wants, and time that
// passes at once.
#pragma once

#include "agents/service/managed.hpp"
#include "puppet/ral/ral.hpp"
#include "system/testing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace mco::services::testing {

using Finished = system::Finished;

/// What `systemctl show` prints of a unit.
inline std::string unit(const std::string& load, const std::string& active, bool outdated = false) {
    return fmt::format("LoadState={}\nActiveState={}\nNeedDaemonReload={}\n",
                       load,
                       active,
                       outdated ? "yes" : "no");
}

/// `systemctl` and `journalctl`. Remembers command lines, and how much time they were given.
class FakeSystemd final : public system::Runner {
  public:
    std::deque<std::string> shown = {unit("loaded", "inactive")};  ///< in turn; the last stays
    Expected<Finished> acted = Finished{0, 0, "", "", false};
    Expected<Finished> journal = Finished{0, 0, "", "", false};
    std::vector<std::string> ran;
    std::vector<std::chrono::milliseconds> timeouts;

    Expected<Finished> run(const system::Command& command) override {
        ran.push_back(fmt::format("{}", fmt::join(command.argv, " ")));
        timeouts.push_back(command.timeout);
        if (ran.back().starts_with("journalctl --sync"))
            return Finished{0, 0, "", "", false};
        if (ran.back().starts_with("journalctl"))
            return journal;
        if (!ran.back().starts_with("systemctl show"))
            return acted;
        Finished finished{0, 0, shown.front(), "", false};
        if (shown.size() > 1)
            shown.pop_front();
        return finished;
    }

    Expected<pid_t> start_detached(const system::Command&) override {
        return fail(Errc::io, "nothing is started in the background");
    }

    /// The command lines that change something.
    std::vector<std::string> changes() const {
        std::vector<std::string> changing;
        for (const auto& line : ran)
            if (line.starts_with("systemctl --no-ask-password "))
                changing.push_back(line.substr(std::string("systemctl --no-ask-password ").size()));
        return changing;
    }
};

/// Answers catalogs in turn, and remembers them.
class FakeRal final : public puppet::Ral {
  public:
    struct Applied {
        std::vector<ral::Resource> resources;
        bool noop;
    };

    std::deque<Expected<puppet::ApplyResult>> answers;
    std::vector<Applied> applied;

    Expected<puppet::ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                        bool noop,
                                        Monotonic) override {
        applied.push_back({resources, noop});
        if (answers.empty())
            return fail(Errc::unavailable, "Puppet has no answer left");
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }

    Expected<ral::Resource> find(const std::string&, const std::string&, Monotonic) override {
        return fail(Errc::unavailable, "");
    }

    Expected<puppet::Listed> search(const std::string&, const std::string&, Monotonic) override {
        return fail(Errc::unavailable, "");
    }

    Expected<Types> types(Monotonic) override { return fail(Errc::unavailable, ""); }

    Expected<ral::GroupNames> group_names() const override { return ral::GroupNames(); }

    void refresh() override {}
};

/// How often somebody waited, and for how long in milliseconds.
class Waits {
  public:
    Pause pause() {
        return [this](std::chrono::milliseconds time) { each.push_back(time.count()); };
    }

    std::vector<std::chrono::milliseconds::rep> each;
};

}  // namespace mco::services::testing
