// The text of log lines (protocol §12.12), as pure functions.
#pragma once

#include "core/time.hpp"
#include "system/log.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mco::system {

/// `debug`, `info`, `warn`, `error`, `fatal`.
std::string_view name(Level level);

/// The level of that name in any case; absent for another word.
std::optional<Level> parse_level(std::string_view word);

/// The level after `level`, with debug after fatal: what SIGUSR2 steps through (protocol §12.1).
Level next(Level level);

/// One line that shows every control character, line end and ill-formed UTF-8 byte as an escape
/// (`\n`, `\x1b`, `\u009b`), so that no input can forge a line or drive a terminal; the ASCII
/// characters `kept` stay.
std::string escaped(std::string_view message, std::string_view kept = {});

/// `I, [2031-05-04T10:00:00.000000+00:00  #4711]  INFO -- : message`, local time.
std::string file_line(Level level, std::string_view message, TimePoint now, pid_t pid);

/// The comment that opens each log file.
std::string file_header(TimePoint now);

/// `info 2031/05/04 10:00:00: message`, local time, the level coloured when `colour` is set.
std::string console_line(Level level, std::string_view message, TimePoint now, bool colour);

}  // namespace mco::system
