#include "client/tally.hpp"

#include <string_view>
#include <utility>

namespace mco::client {

void Tally::add(const Result& result) {
    arrived_.push_back(result.sender);
    senders_.insert(result.sender);
    ++(result.status == 0 ? passed_ : failed_);
}

Statistics Tally::statistics(std::vector<std::string> discovered) const {
    Statistics statistics;
    const std::set<std::string_view> known(discovered.begin(), discovered.end());
    for (const auto& sender : arrived_)
        if (!known.contains(sender))
            statistics.unexpected.push_back(sender);
    for (const auto& name : discovered)
        if (!senders_.contains(name))
            statistics.silent.push_back(name);
    statistics.responses = answers();
    statistics.passed = passed_;
    statistics.failed = failed_;
    statistics.discovered = std::move(discovered);
    return statistics;
}

}  // namespace mco::client
