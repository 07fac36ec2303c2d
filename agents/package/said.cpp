#include "agents/package/said.hpp"

#include "agents/package/lines.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mco::package {
namespace {

constexpr std::size_t most_output = 64u << 10;
constexpr std::size_t most_lines = 10;

/// What is left of a line that was written over.
std::string_view as_it_ends(std::string_view line) {
    while (line.ends_with('\r'))
        line.remove_suffix(1);
    const auto over = line.rfind('\r');
    return over == std::string_view::npos ? line : line.substr(over + 1);
}

bool starts_with_any(std::string_view line, std::initializer_list<std::string_view> marks) {
    return std::any_of(marks.begin(), marks.end(), [line](std::string_view mark) {
        return line.starts_with(mark);
    });
}

/// The text between `before` and the first of `ends` behind it; empty if `before` is not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view ends) {
    const auto at = text.find(before);
    if (at == std::string_view::npos)
        return {};
    const auto rest = text.substr(at + before.size());
    return rest.substr(0, rest.find_first_of(ends));
}

/// `E: Could not get lock FILE. It is held by process 1234 (apt-get)`; before apt 1.9.11
/// `E: Could not get lock FILE - open (11: …)`. After waiting for it in vain, apt may say no more
/// than `E: Unable to acquire the dpkg frontend lock (FILE), is another process using it?`.
std::optional<LockFailure> apt_lock(std::string_view line) {
    if (const auto frontend = between(line, "E: Unable to acquire the dpkg frontend lock (", ")");
        !frontend.empty())
        return LockFailure{std::string(frontend), ""};
    auto file = between(line, "E: Could not get lock ", " ");
    if (!line.starts_with("E: ") || file.empty())
        return std::nullopt;
    if (file.ends_with('.'))
        file.remove_suffix(1);
    auto holder = between(line, "held by process ", "\n");
    return LockFailure{std::string(file), std::string(trimmed(holder))};
}

/// `dpkg: error: dpkg frontend lock was locked by another process with pid 1234`, or `… is locked
/// by another process`.
std::optional<LockFailure> dpkg_lock(std::string_view line) {
    if (!line.starts_with("dpkg: error: ") ||
        line.find("locked by another process") == std::string_view::npos)
        return std::nullopt;
    const bool frontend = line.find(" frontend ") != std::string_view::npos;
    return LockFailure{frontend ? "/var/lib/dpkg/lock-frontend" : "/var/lib/dpkg/lock",
                       std::string(between(line, "with pid ", " \n"))};
}

std::string joined_end(const std::vector<std::string_view>& lines) {
    std::string text;
    const auto first = lines.size() - std::min(lines.size(), most_lines);
    for (auto i = first; i < lines.size(); ++i)
        text += (text.empty() ? "" : "\n") + std::string(lines[i]);
    return text;
}

}  // namespace

std::string tidy(std::string_view output) {
    std::string text;
    for (const auto line : lines_of(output)) {
        for (const char c : text::utf8_scrubbed(as_it_ends(line)))
            if (c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f'))
                text += c;
        text += '\n';
    }
    if (text.size() <= most_output)
        return text;
    text.erase(0, text.size() - most_output);
    return text.erase(0, text.find('\n') + 1);
}

std::string complaint_in(std::string_view output) {
    std::vector<std::string_view> errors;
    std::string_view last;
    for (const auto line : lines_of(output)) {
        if (!trimmed(line).empty())
            last = line;
        if (starts_with_any(line, {"E: ", "dpkg: error", "dpkg: warning: while removing"}) ||
            line.find(": error: ") != std::string_view::npos)
            errors.push_back(line);
    }
    return errors.empty() ? std::string(last) : joined_end(errors);
}

std::vector<std::string> troubles_in(std::string_view output) {
    std::vector<std::string> troubles;
    for (const auto line : lines_of(output))
        if (starts_with_any(line, {"E: ", "W: "}) && troubles.size() < most_lines)
            troubles.emplace_back(line);
    return troubles;
}

bool has_old_indexes(const std::vector<std::string>& troubles) {
    return std::any_of(troubles.begin(), troubles.end(), [](const std::string& line) {
        return starts_with_any(line, {"E: ", "W: Failed to fetch", "W: Some index files"});
    });
}

std::optional<LockFailure> lock_failure_in(std::string_view output) {
    for (const auto line : lines_of(output)) {
        if (auto lock = apt_lock(line))
            return lock;
        if (auto lock = dpkg_lock(line))
            return lock;
    }
    return std::nullopt;
}

}  // namespace mco::package
