#include "cli/doctor/daemon_facts.hpp"

#include "core/config/literals.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace mco::doctor {

namespace {

namespace fs = std::filesystem;

/// Files of /proc have no size to go by.
std::string read_proc(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> words_of(const std::string& command_line) {
    std::vector<std::string> words;
    std::istringstream stream(command_line);
    for (std::string word; std::getline(stream, word, '\0');)
        words.push_back(word);
    return words;
}

std::string link_of(const fs::path& path) {
    std::error_code error;
    const auto target = fs::read_symlink(path, error);
    return error ? std::string() : target.string();
}

/// The value of `--long VALUE`, `--long=VALUE`, `-s VALUE` or `-sVALUE`.
std::string option(const std::vector<std::string>& words, const std::string& name, char letter) {
    const std::string full = "--" + name;
    const std::string brief = {'-', letter};
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto& word = words[i];
        if ((word == full || word == brief) && i + 1 < words.size())
            return words[i + 1];
        if (word.starts_with(full + "="))
            return word.substr(full.size() + 1);
        if (word.starts_with(brief) && word.size() > 2)
            return word.substr(2);
    }
    return {};
}

std::string absolute(const std::string& path, const std::string& directory) {
    if (path.empty())
        return {};
    return (fs::path(directory) / path).lexically_normal().string();
}

std::optional<std::uint16_t> port_of(const std::string& address) {
    const auto colon = address.rfind(':');
    std::uint16_t port = 0;
    if (colon == std::string::npos)
        return std::nullopt;
    const char* const end = address.data() + address.size();
    const auto read = std::from_chars(address.data() + colon + 1, end, port, 16);
    return read.ec == std::errc() && read.ptr == end ? std::optional(port) : std::nullopt;
}

}  // namespace

DaemonFacts read_command_line(pid_t pid,
                              const std::vector<std::string>& words,
                              const std::string& directory) {
    return {pid,
            absolute(option(words, "config", 'c'), directory),
            absolute(option(words, "pidfile", 'p'), directory)};
}

std::vector<DaemonFacts> find_daemons() {
    std::vector<DaemonFacts> found;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
         entry.increment(error)) {
        const auto pid = config::parse_integer(entry->path().filename().string());
        if (!pid || read_proc(entry->path() / "comm") != "mcollectived\n")
            continue;
        found.push_back(read_command_line(static_cast<pid_t>(*pid),
                                          words_of(read_proc(entry->path() / "cmdline")),
                                          link_of(entry->path() / "cwd")));
    }
    return found;
}

std::vector<std::string> connections_to(std::string_view table,
                                        const std::vector<std::uint16_t>& ports) {
    std::vector<std::string> inodes;
    std::istringstream lines{std::string(table)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream stream(line);
        const std::vector<std::string> fields{std::istream_iterator<std::string>(stream),
                                              std::istream_iterator<std::string>()};
        constexpr std::size_t remote = 2;
        constexpr std::size_t state = 3;
        constexpr std::size_t inode = 9;
        if (fields.size() <= inode || fields[state] != "01")
            continue;
        const auto port = port_of(fields[remote]);
        if (port && std::find(ports.begin(), ports.end(), *port) != ports.end())
            inodes.push_back(fields[inode]);
    }
    return inodes;
}

std::optional<bool> is_connected(pid_t pid, const std::vector<std::uint16_t>& ports) {
    const auto process = fs::path("/proc") / std::to_string(pid);
    auto inodes = connections_to(read_proc(process / "net/tcp"), ports);
    const auto six = connections_to(read_proc(process / "net/tcp6"), ports);
    inodes.insert(inodes.end(), six.begin(), six.end());
    std::error_code error;
    fs::directory_iterator entry(process / "fd", error);
    if (error)
        return std::nullopt;
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const auto target = link_of(entry->path());
        for (const auto& inode : inodes)
            if (target == "socket:[" + inode + "]")
                return true;
    }
    return false;
}

}  // namespace mco::doctor
