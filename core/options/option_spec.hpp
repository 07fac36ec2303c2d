// What options a program has, as plain data: the parser and the help screen both read it.
#pragma once

#include <string>
#include <vector>

namespace mco::options {

/// What an option's argument must be.
enum class Kind { text, integer, real };

struct OptionSpec {
    std::string id;      ///< the option's name in the result; several options may share one
    std::string shorts;  ///< one letter each, without dash
    std::vector<std::string> longs;  ///< without dashes, in the order shown
    std::string argument = {};       ///< the argument's name on the help screen; empty: takes none
    std::string help = {};
    std::string group = "Application Options";
    Kind kind = Kind::text;
    bool negatable = false;  ///< `--no-x` exists as well and says the opposite
};

}  // namespace mco::options
