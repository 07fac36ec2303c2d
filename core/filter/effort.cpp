#include "core/filter/effort.hpp"

#include "core/filter/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <string>
#include <vector>

namespace mco::filter {
namespace {

constexpr std::size_t most_tests = 512;  // names of nodes not counted
constexpr std::size_t most_patterns = 64;

thread_local Effort* current = nullptr;

/// Time in which others had the processor does not count: the machine may be busy.
std::chrono::nanoseconds processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::size_t patterns(const std::vector<std::string>& entries) {
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [](const auto& entry) { return entry.starts_with('/'); }));
}

}  // namespace

Effort::Effort(std::chrono::nanoseconds allowed) : left_(allowed) {
    current = this;
}

Effort::~Effort() {
    current = nullptr;
}

bool Effort::is_limited() {
    return current != nullptr;
}

Expected<void> Effort::check(std::string_view what) {
    if (current == nullptr || current->left_ > std::chrono::nanoseconds(0))
        return {};
    return fail(Errc::limit,
                "the filter takes too long; it was at the pattern " + quoted_pattern(what));
}

Effort::Charge::Charge() {
    if (current != nullptr)
        begun_ = processor_time();
}

Effort::Charge::~Charge() {
    if (current != nullptr)
        current->left_ -= processor_time() - begun_;
}

Expected<void> check_size(const Filter& filter) {
    const auto tests = filter.facts.size() + filter.classes.size() + filter.agents.size();
    if (tests > most_tests)
        return fail(Errc::limit,
                    "the filter has more than " + std::to_string(most_tests) + " parts");
    const auto facts = std::count_if(
        filter.facts.begin(), filter.facts.end(), [](const auto& test) { return test.op == "=~"; });
    const auto all = patterns(filter.classes) + patterns(filter.agents) +
                     patterns(filter.identities) + static_cast<std::size_t>(facts);
    if (all > most_patterns)
        return fail(Errc::limit,
                    "the filter has more than " + std::to_string(most_patterns) + " patterns");
    return {};
}

}  // namespace mco::filter
