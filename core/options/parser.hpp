// Parses a command line as Ruby's OptionParser does (client §2.1): options anywhere, abbreviations,
// clusters.
#pragma once

#include "core/error.hpp"
#include "core/options/option_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::options {

/// One option as it stood on the command line.
struct Given {
    std::string id;
    std::string text;          ///< the argument; empty for options without
    bool on = true;            ///< false for `--no-x` of a negatable option
    std::int64_t integer = 0;  ///< the argument of Kind::integer
    double real = 0;           ///< the argument of Kind::real
};

struct Parsed {
    std::vector<Given> given;            ///< in the order of the words
    std::vector<std::string> arguments;  ///< the words that are no options

    /// The last occurrence, which is the one that counts; null when the option was not given.
    const Given* last(std::string_view id) const;

    bool has(std::string_view id) const { return last(id) != nullptr; }

    /// Given, and not as `--no-x`.
    bool is_on(std::string_view id) const;
    std::string text_or(std::string_view id, std::string_view fallback) const;
    std::optional<std::int64_t> integer(std::string_view id) const;
    std::optional<double> real(std::string_view id) const;
    /// The arguments of all occurrences.
    std::vector<std::string> all(std::string_view id) const;
    /// Whichever of two opposites came later; empty when neither was given.
    std::string_view later(std::string_view one, std::string_view other) const;
};

struct CommandLine {
    std::vector<std::string> words;  ///< without the program's and the subcommand's name
    std::vector<std::string> extra =
        {};  ///< parsed first, its non-options are dropped: MCOLLECTIVE_EXTRA_OPTS
    bool stop_at_argument = false;  ///< options end at the first non-option: POSIXLY_CORRECT
};

/// Errors (invalid) have the original's texts: `invalid option: --x`, `ambiguous option: --disc`,
/// `missing argument: -c`, `invalid argument: -t abc`, `needless argument: --sort=x`.
Expected<Parsed> parse(const std::vector<OptionSpec>& specs, const CommandLine& line);

/// The last `-c FILE` or `--config FILE` wherever it stands, before anything else is known; other
/// options are skipped. Errors: invalid (`missing argument: -c`).
Expected<std::optional<std::string>> config_option(const CommandLine& line);

}  // namespace mco::options
