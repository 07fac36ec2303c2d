// The screen of `mco service` (spec 1.12).
#pragma once

#include "client/outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::services::application {

/// A line for each node that has something to say: failures always, otherwise what `action` left
/// that it should not have; every node where the state was asked for, or if `everybody` is wanted.
std::string service_lines(const std::vector<client::Result>& results,
                          std::string_view action,
                          bool everybody);

}  // namespace mco::services::application
