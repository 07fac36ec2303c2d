// What came of one call: plain data between collecting and rendering.
#pragma once

#include "client/missing.hpp"
#include "core/ddl/aggregate.hpp"
#include "core/time.hpp"
#include "core/value.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace mco::client {

using Seconds = std::chrono::duration<double>;

/// One node's answer, in the order of arrival.
struct Result {
    std::string sender;
    int status = 0;
    std::string message;
    Value data;  ///< normally a map
};

/// The counters and times of spec 0.4 and 0.5.
struct Statistics {
    std::vector<std::string> discovered;  ///< in discovery order
    std::vector<std::string> silent;      ///< discovered, but did not answer
    std::vector<std::string> unexpected;  ///< answered, but was not discovered
    std::size_t asked = 0;                ///< of the discovered, from the first on: the others'
                                          ///< turn did not come
    std::size_t responses = 0;
    std::size_t passed = 0;  ///< status 0
    std::size_t failed = 0;  ///< any other status
    /// Who answered more than once, as often as that was; only the first answer counts.
    std::vector<std::string> repeated;
    std::size_t unproven = 0;  ///< answers dropped because nobody could prove who sent them
    TimePoint started;
    Seconds discovery_time{0};  ///< exactly zero when no discovery was needed
    Seconds agent_time{0};
    bool interrupted = false;
};

struct Outcome {
    std::vector<Result> results;  ///< in order of arrival, or by sender if that was asked for
    Statistics statistics;
    std::vector<ddl::Summary> summaries;  ///< the aggregates of the DDL; none for nobody
    std::vector<Missing> missing;         ///< by name; none when everybody answered
};

}  // namespace mco::client
