#include "puppet/process_table.hpp"

#include "system/descriptor.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string_view>

#include <sys/syscall.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

/// Files under /proc have no size, so they are read to their end, bounded.
std::string read_some(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string content(16384, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(file.gcount()));
    return content;
}

std::string read_to_end(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string_view> split_at_zero(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string_view file_name(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

/// Do `words` stand in `arguments`, beginning with the program itself or with the script it
/// interprets?
bool starts_with(const std::vector<std::string_view>& arguments,
                 const std::vector<std::string>& words) {
    for (std::size_t first = 0; first < 2 && first + words.size() <= arguments.size(); ++first) {
        bool equal = file_name(arguments[first]) == file_name(words.front());
        for (std::size_t i = 1; equal && i < words.size(); ++i)
            equal = arguments[first + i] == words[i];
        if (equal)
            return true;
    }
    return false;
}

template <class Number>
std::optional<Number> number_at(const std::vector<std::string>& words, std::size_t position) {
    if (position >= words.size())
        return std::nullopt;
    Number number{};
    const char* end = words[position].data() + words[position].size();
    const auto [stopped, error] = std::from_chars(words[position].data(), end, number);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

}  // namespace

/// What /proc/PID/stat tells after the name, beginning with the state (proc(5) counts it as 3);
/// empty if there is no such process, or only what is left of it.
std::vector<std::string> ProcessTable::figures(pid_t pid) const {
    const std::string stat = read_some(root_ + "/" + std::to_string(pid) + "/stat");
    const std::size_t name_end =
        stat.rfind(')');  // the name may hold anything, blanks and parentheses too
    if (name_end == std::string::npos)
        return {};
    std::istringstream text(stat.substr(name_end + 1));
    std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
    if (words.empty() || words.front() == "Z" || words.front() == "X" || words.front() == "x")
        return {};
    return words;
}

bool ProcessTable::alive(pid_t pid) const {
    return !figures(pid).empty();
}

std::optional<std::uint64_t> ProcessTable::start_time(pid_t pid) const {
    constexpr std::size_t position = 22 - 3;
    return number_at<std::uint64_t>(figures(pid), position);
}

std::optional<pid_t> ProcessTable::session(pid_t pid) const {
    constexpr std::size_t position = 6 - 3;
    return number_at<pid_t>(figures(pid), position);
}

/// The daemon is `ruby …/puppet agent`; while it applies a catalog it calls itself `puppet agent:
/// applying configuration`.
bool ProcessTable::is_puppet(pid_t pid) const {
    const auto line = read_some(root_ + "/" + std::to_string(pid) + "/cmdline");
    auto words = split_at_zero(line);
    constexpr std::size_t interpreter_and_script = 2;
    words.resize(std::min(words.size(), interpreter_and_script));
    return std::any_of(words.begin(), words.end(), [](std::string_view word) {
        const auto name = file_name(word.substr(0, word.find(' ')));
        return name == "puppet" || name == "puppetd";
    });
}

/// In seconds since 1970, to a second or so.
std::optional<double> ProcessTable::began(pid_t pid) const {
    constexpr std::string_view label = "\nbtime ";
    const auto stat = read_to_end(root_ + "/stat");
    const auto at = stat.find(label);
    const auto ticks = start_time(pid);
    if (at == std::string::npos || !ticks)
        return std::nullopt;
    std::int64_t boot = 0;
    std::from_chars(stat.data() + at + label.size(), stat.data() + stat.size(), boot);
    return static_cast<double>(boot) +
           static_cast<double>(*ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<pid_t> ProcessTable::holder(const std::string& file) const {
    constexpr double slack = 5;  // seconds: btime is rounded, and clocks are set
    constexpr double nanoseconds = 1e9;
    const auto pid = file.empty() ? std::nullopt : read_pid(file);
    const auto written = pid ? system::stamp(file) : std::nullopt;
    const auto begun = written ? began(*pid) : std::nullopt;
    if (!begun || *begun > static_cast<double>(written->modified_ns) / nanoseconds + slack)
        return std::nullopt;
    return is_puppet(*pid) ? pid : std::nullopt;
}

/// What is held cannot become another process between the second look and the signal.
/// glibc 2.36 declares the calls for C only.
bool ProcessTable::signal_holder(const std::string& file, int signal) const {
    const auto pid = holder(file);
    if (!pid)
        return false;
    const system::Descriptor held(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    if (!held)
        return errno == ENOSYS && ::kill(*pid, signal) == 0;
    return holder(file) == pid &&
           ::syscall(SYS_pidfd_send_signal, held.get(), signal, nullptr, 0) == 0;
}

bool ProcessTable::signal(const LiveProcess& process, int signal) const {
    const system::Descriptor held(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    return held && start_time(process.pid) == process.started &&
           ::syscall(SYS_pidfd_send_signal, held.get(), signal, nullptr, 0) == 0;
}

std::vector<pid_t> ProcessTable::all() const {
    std::vector<pid_t> pids;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root_, error)) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos)
            pids.push_back(static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10)));
    }
    return pids;
}

std::vector<LiveProcess> ProcessTable::descendants(pid_t pid) const {
    constexpr std::size_t parent_position = 4 - 3, start_position = 22 - 3;
    std::multimap<pid_t, LiveProcess> children;
    for (const pid_t each : all()) {
        const auto words = figures(each);
        const auto parent = number_at<pid_t>(words, parent_position);
        if (const auto started = number_at<std::uint64_t>(words, start_position); parent && started)
            children.emplace(*parent, LiveProcess{each, *started});
    }
    std::vector<LiveProcess> found;
    // It grows behind `next`; a number used twice while we looked must not lead in a circle.
    for (std::size_t next = 0; next <= found.size() && next <= children.size(); ++next) {
        const auto [first, last] = children.equal_range(next == 0 ? pid : found[next - 1].pid);
        for (auto child = first; child != last; ++child)
            found.push_back(child->second);
    }
    return found;
}

bool ProcessTable::runs(const std::vector<std::string>& words) const {
    if (words.empty())
        return false;
    const auto pids = all();
    return std::any_of(pids.begin(), pids.end(), [&](pid_t pid) {
        return starts_with(split_at_zero(read_some(root_ + '/' + std::to_string(pid) + "/cmdline")),
                           words);
    });
}

std::optional<pid_t> read_pid(const std::string& file) {
    const auto content = system::read_file(file, 64);
    if (!content)
        return std::nullopt;
    const std::size_t first = content->find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return std::nullopt;
    pid_t pid = 0;
    const char* end = content->data() + content->size();
    const auto [stopped, error] = std::from_chars(content->data() + first, end, pid);
    const bool clean = std::string_view(stopped, static_cast<std::size_t>(end - stopped))
                           .find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (error != std::errc() || !clean || pid <= 0)
        return std::nullopt;
    return pid;
}

}  // namespace mco::puppet
