// What is kept of every answer to a call, whoever takes the answer itself.
#pragma once

#include "client/outcome.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace mco::client {

/// Grows with the nodes, not with what they say.
class Tally {
  public:
    void add(const Result& result);

    /// Everything that follows from who was discovered and who answered: counters, silent and
    /// unexpected nodes.
    Statistics statistics(std::vector<std::string> discovered) const;

    const std::set<std::string>& senders() const { return senders_; }

    std::size_t answers() const { return passed_ + failed_; }

  private:
    std::vector<std::string> arrived_;  // in order, perhaps more than once
    std::set<std::string> senders_;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

}  // namespace mco::client
