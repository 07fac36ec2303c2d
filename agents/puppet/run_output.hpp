// The captured output of a run: its lines from an offset on, and what it says about how the run
// ended.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

struct OutputLines {
    std::vector<std::string> lines;  ///< made safe to show
    std::int64_t next = 0;           ///< offset behind them
};

/// The lines of a file from byte `since` on, bounded; `next` tells where to go on. Without `ended`
/// an unfinished last line is left for later. A file that cannot be read has no lines.
OutputLines read_output(const std::string& file, std::int64_t since, bool ended);

/// The end of a file, at most 256 KiB; empty if it cannot be read.
std::string read_tail(const std::string& file);

/// Why Puppet refused to run, in its words; empty if it did not say so.
std::string refusal_in(std::string_view output);

/// The last ten `Error: …` lines, without that word; those of Facter, which spoil no run, only
/// where there is no other. A program that failed without such a line: its last line.
std::vector<std::string> errors_in(std::string_view output);

/// Each error as one line that is safe to show, of bounded length.
constexpr std::size_t error_line_limit = 500;
constexpr std::size_t error_count_limit = 10;

}  // namespace mco::puppet
