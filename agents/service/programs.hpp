// Programs that the agent asks, within what is left of a call's time.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <string>
#include <vector>

namespace mco::services {

/// Runs argv to its end. What a program that is overdue has begun elsewhere goes on. Errors: those
/// of Runner::run(); timed_out also where no time is left to begin. Any worker thread; blocks.
Expected<system::Finished> run_until(system::Runner& runner,
                                     const system::Clock& clock,
                                     std::vector<std::string> argv,
                                     Monotonic deadline);

/// Why a program failed, in its own words if it has any: the first line of its standard error that
/// is no warning.
std::string why_it_failed(const std::string& program, const system::Finished& finished);

}  // namespace mco::services
