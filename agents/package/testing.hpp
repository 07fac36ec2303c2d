// For the tests of this folder: a package system that answers as it is told, in a time that passes
// only when its programs take some.
#pragma once

#include "agents/package/local_packages.hpp"
#include "agents/testing.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mco::package::testing {

/// What a program does.
struct Script {
    int exit_code = 0;
    std::string out = {};
    std::string err = {};
    std::chrono::seconds takes{0};
};

class ScriptedSystem final : public system::Runner {
  public:
    explicit ScriptedSystem(system::FixedClock& clock) : clock_(clock) {}

    std::function<Script(const system::Command&)> script;
    std::vector<system::Command> ran;  ///< all of them, in the order of their start

    Expected<system::Finished> run(const system::Command& command) override {
        const auto what = begin(command);
        if (what.takes > command.timeout)
            return fail(Errc::timed_out, command.argv.front() + " did not end");
        clock_.time += what.takes;
        return system::Finished{what.exit_code, 0, what.out, what.err, false};
    }

    Expected<pid_t> start_detached(const system::Command& command) override {
        return fail(Errc::io, command.argv.front() + " must not be detached");
    }

    Expected<std::unique_ptr<system::LastingProcess>> start_lasting(
        const system::Command& command) override {
        const auto what = begin(command);
        std::ofstream(command.output_file) << what.out << what.err;
        return std::make_unique<Process>(clock_, what, ends_at_once_);
    }

    /// What still runs has ended by now.
    void let_end() { *ends_at_once_ = true; }

    /// The words of all programs, joined by blanks.
    std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const auto& command : ran)
            all.push_back(joined(command));
        return all;
    }

    static std::string joined(const system::Command& command) {
        std::string line;
        for (const auto& word : command.argv)
            line += (line.empty() ? "" : " ") + word;
        return line;
    }

  private:
    class Process final : public system::LastingProcess {
      public:
        Process(system::FixedClock& clock, const Script& what, std::shared_ptr<bool> ends_at_once)
            : clock_(clock),
              exit_{what.exit_code, 0},
              left_(what.takes),
              ends_at_once_(std::move(ends_at_once)) {}

        pid_t pid() const override { return 4711; }

        Expected<std::optional<system::Exit>> wait(std::chrono::milliseconds limit) override {
            if (*ends_at_once_)
                left_ = left_.zero();
            const auto passed = std::min(limit, left_);
            clock_.time += passed;
            left_ -= passed;
            return left_.count() > 0 ? std::nullopt : std::optional(exit_);
        }

      private:
        system::FixedClock& clock_;
        system::Exit exit_;
        std::chrono::milliseconds left_;
        std::shared_ptr<bool> ends_at_once_;  // the system's
    };

    Script begin(const system::Command& command) {
        ran.push_back(command);
        return script ? script(command) : Script{};
    }

    system::FixedClock& clock_;
    std::shared_ptr<bool> ends_at_once_ = std::make_shared<bool>(false);
};

/// A node with the agent, on such a system.
class PackageWorld {
  public:
    explicit PackageWorld(SystemKind kind = SystemKind::apt,
                          puppet::Ral* ral = nullptr,
                          Settings settings = {}) {
        context.shared->get<LocalPackages>([&] {
            return make_local_packages(
                context, std::move(settings), kind, ral, [this](std::chrono::milliseconds time) {
                    world.clock.time += time;
                });
        });
        agent = agents::find_agent("package", context);
    }

    rpc::Output call(std::string_view action, const Map& inputs = {}) const {
        return agents::AgentWorld::call(*agent, action, inputs);
    }

    agents::AgentWorld world;
    ScriptedSystem system{world.clock};
    const agents::AgentContext context{world.declarations,
                                       world.config,
                                       world.node,
                                       world.clock,
                                       system,
                                       world.log};
    std::unique_ptr<agents::Agent> agent;
};

}  // namespace mco::package::testing
