// What `mco doctor` shows.
#pragma once

#include "cli/doctor/finding.hpp"
#include "cli/render/colour.hpp"

#include <string>

namespace mco::render {

/// A line for each finding, after warnings and problems a second one with what to do, and the
/// counts at the end.
std::string doctor_text(const doctor::Findings& findings, const Palette& palette);

/// An array of {check, status, subject, message, advice}.
std::string doctor_json(const doctor::Findings& findings);

}  // namespace mco::render
