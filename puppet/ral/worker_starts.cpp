#include "puppet/ral/worker_starts.hpp"

#include <chrono>
#include <utility>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t many = 3;
constexpr auto soon = 60s;
constexpr auto pause = 10s;

}  // namespace

void FailedStarts::note(Error error, Monotonic now) {
    last_ = std::move(error);
    times_.push_back(now);
    if (times_.size() > many)
        times_.pop_front();
}

std::optional<Error> FailedStarts::answer(Monotonic now) const {
    if (times_.size() < many || times_.back() - times_.front() > soon ||
        now - times_.back() >= pause)
        return std::nullopt;
    return last_;
}

}  // namespace mco::puppet
