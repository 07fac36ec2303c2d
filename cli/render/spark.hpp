// Sparklines: a row of block characters whose heights show how values are distributed.
#pragma once

#include <string>
#include <vector>

namespace mco::render {

/// Reply times in milliseconds, counted in steps of 50 ms from the fastest to the slowest
/// (spec 1.2). Empty for none.
std::string spark_of_times(const std::vector<double>& milliseconds);

/// Values counted in 20 equal steps between their smallest and largest (spec 1.10 `summary`). Empty
/// for none.
std::string spark_of_values(const std::vector<double>& values);

}  // namespace mco::render
