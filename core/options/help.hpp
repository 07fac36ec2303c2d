// The help screen of a program or subcommand (client appendix A).
#pragma once

#include "core/options/option_spec.hpp"

#include <string>
#include <vector>

namespace mco::options {

struct HelpScreen {
    std::string description;
    std::vector<std::string> usages;  ///< each without "Usage: "; may have several lines
    std::string footer;               ///< such as program name and version
};

/// The whole screen. Groups come in the order in which the options first name them; one without a
/// name has no heading.
std::string help_text(const HelpScreen& screen, const std::vector<OptionSpec>& specs);

/// The lines of one option, each with its line end.
std::string option_lines(const OptionSpec& spec);

}  // namespace mco::options
