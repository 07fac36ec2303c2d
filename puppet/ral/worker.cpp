#include "puppet/ral/worker.hpp"

#include "puppet/ral/worker_life.hpp"
#include "puppet/ral/worker_protocol.hpp"
#include "puppet/ral/worker_turns.hpp"

#include <atomic>
#include <utility>

namespace mco::puppet {
namespace {

constexpr std::size_t most_waiting = 8;

}  // namespace

struct Worker::State {
    State(const WorkerSettings& settings,
          const Settings& puppet,
          const system::Clock& its_clock,
          system::Log& log)
        : clock(its_clock), life(settings, puppet, clock, log) {}

    /// Waits for it, and does first what the one before was too busy for.
    Expected<Turns::Turn> turn(Monotonic deadline) {
        const auto until = std::chrono::steady_clock::now() + (deadline - clock.monotonic());
        MCO_TRY(turn, turns.take(until));
        if (renew.exchange(false))
            life.renew();
        return turn;
    }

    const system::Clock& clock;
    Turns turns{most_waiting};
    std::atomic<bool> renew{false};
    WorkerLife life;  // for whoever has the turn
};

Worker::Worker(WorkerSettings settings,
               LocalPuppet& puppet,
               const system::Clock& clock,
               system::Log& log)
    : state_(std::make_unique<State>(std::move(settings), puppet.settings, clock, log)) {}

Worker::~Worker() = default;

Expected<Greeting> Worker::greeting(Monotonic deadline) {
    MCO_TRY(turn, state_->turn(deadline));
    return state_->life.greeting(deadline);
}

Expected<Map> Worker::ask(const protocol::Question& question, Monotonic deadline) {
    MCO_TRY(turn, state_->turn(deadline));
    return state_->life.ask(question, deadline);
}

Expected<ral::Resource> Worker::find(const std::string& type,
                                     const std::string& title,
                                     Monotonic deadline) {
    MCO_TRY(question, protocol::find(type, title));
    MCO_TRY(answer, ask(question, deadline));
    return protocol::read_found(answer);
}

Expected<Listed> Worker::search(const std::string& type,
                                const std::string& provider,
                                const std::vector<std::string>& except,
                                Monotonic deadline) {
    MCO_TRY(question, protocol::search(type, provider, except));
    MCO_TRY(answer, ask(question, deadline));
    return protocol::read_listed(answer);
}

Expected<std::vector<std::string>> Worker::types(Monotonic deadline) {
    MCO_TRY(question, protocol::types());
    MCO_TRY(answer, ask(question, deadline));
    return protocol::read_types(answer);
}

Expected<ApplyResult> Worker::apply(const std::vector<ral::Resource>& resources,
                                    bool noop,
                                    Monotonic deadline) {
    MCO_TRY(question, protocol::apply(resources, noop, state_->life.write_limit()));
    MCO_TRY(answer, ask(question, deadline));
    return protocol::read_applied(answer);
}

void Worker::refresh() {
    state_->renew = true;
    const auto turn = state_->turns.take_if_free();
    if (turn && state_->renew.exchange(false))
        state_->life.renew();
}

}  // namespace mco::puppet
