#include "system/log_text.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <ctime>

namespace mco::system {

namespace {

struct LevelText {
    std::string_view name;
    std::string_view upper;
    std::string_view colour;
};

constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view reset = "\x1b[0m";

constexpr std::array<LevelText, 5> levels = {{{"debug", "DEBUG", ""},
                                              {"info", "INFO", green},
                                              {"warn", "WARN", yellow},
                                              {"error", "ERROR", red},
                                              {"fatal", "FATAL", red}}};

const LevelText& text_of(Level level) {
    return levels[static_cast<std::size_t>(level)];
}

std::tm local_time(TimePoint now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const auto time = static_cast<std::time_t>(seconds);
    std::tm broken{};
    localtime_r(&time, &broken);
    return broken;
}

std::string utc_offset(const std::tm& time, std::string_view separator) {
    const auto minutes = std::abs(time.tm_gmtoff) / 60;
    return fmt::format(
        "{}{:02}{}{:02}", time.tm_gmtoff < 0 ? '-' : '+', minutes / 60, separator, minutes % 60);
}

/// Length of the well-formed UTF-8 sequence at the start of `text` (not empty) and its code point;
/// length 0: ill-formed.
struct Decoded {
    std::size_t length = 0;
    std::uint32_t code_point = 0;
};

Decoded decode(std::string_view text) {
    const auto byte = [&text](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(text[i])};
    };
    const auto lead = byte(0);
    if (lead < 0x80)
        return {1, lead};
    const std::size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                                                             : 0;
    if (length == 0 || text.size() < length)
        return {};
    std::uint32_t code = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0u) != 0x80)
            return {};
        code = (code << 6) | (byte(i) & 0x3fu);
    }
    constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[length] || code > 0x10ffff || surrogate ? Decoded{} : Decoded{length, code};
}

/// C0, DEL, C1, and the separators and direction marks that some viewers act on.
bool must_hide(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0x200e || code == 0x200f || code == 0x061c;
}

std::string escape_of(std::uint32_t code) {
    switch (code) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return code < 0x20 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
    }
}

}  // namespace

std::string_view name(Level level) {
    return text_of(level).name;
}

std::optional<Level> parse_level(std::string_view word) {
    const auto same = [word](const LevelText& level) {
        return std::equal(
            word.begin(), word.end(), level.name.begin(), level.name.end(), [](char a, char b) {
                return std::tolower(static_cast<unsigned char>(a)) == b;
            });
    };
    const auto found = std::find_if(levels.begin(), levels.end(), same);
    if (found == levels.end())
        return std::nullopt;
    return static_cast<Level>(found - levels.begin());
}

Level next(Level level) {
    return level == Level::fatal ? Level::debug : static_cast<Level>(static_cast<int>(level) + 1);
}

std::string escaped(std::string_view message, std::string_view kept) {
    std::string line;
    line.reserve(message.size());
    while (!message.empty()) {
        const auto [length, code] = decode(message);
        if (length == 0)
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(message.front()));
        else if (must_hide(code) && !(length == 1 && kept.find(message.front()) != kept.npos))
            line += escape_of(code);
        else
            line += message.substr(0, length);
        message.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return line;
}

std::string file_line(Level level, std::string_view message, TimePoint now, pid_t pid) {
    const auto time = local_time(now);
    const auto micros =
        (now - std::chrono::floor<std::chrono::seconds>(now)) / std::chrono::microseconds(1);
    const auto& text = text_of(level);
    return fmt::format("{}, [{:%Y-%m-%dT%H:%M:%S}.{:06}{}  #{}] {:>5} -- : {}",
                       text.upper.front(),
                       time,
                       micros,
                       utc_offset(time, ":"),
                       pid,
                       text.upper,
                       message);
}

std::string file_header(TimePoint now) {
    const auto time = local_time(now);
    return fmt::format(
        "# Logfile created on {:%Y-%m-%d %H:%M:%S} {} by mcollective", time, utc_offset(time, ""));
}

std::string console_line(Level level, std::string_view message, TimePoint now, bool colour) {
    const auto& text = text_of(level);
    return fmt::format("{}{}{} {:%Y/%m/%d %H:%M:%S}: {}",
                       colour ? text.colour : "",
                       text.name,
                       colour ? reset : "",
                       local_time(now),
                       message);
}

}  // namespace mco::system
