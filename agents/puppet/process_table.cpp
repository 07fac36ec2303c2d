#include "agents/puppet/process_table.hpp"

#include "system/files.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

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

}  // namespace

bool ProcessTable::alive(pid_t pid) const {
    const std::string stat = read_some(root_ + "/" + std::to_string(pid) + "/stat");
    const std::size_t name_end =
        stat.rfind(')');  // the name may hold anything, blanks and parentheses too
    if (name_end == std::string::npos || name_end + 2 >= stat.size())
        return false;
    const char state = stat[name_end + 2];
    return state != 'Z' && state != 'X' && state != 'x';
}

bool ProcessTable::runs(const std::vector<std::string>& words) const {
    if (words.empty())
        return false;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root_, error)) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos)
            continue;
        if (starts_with(split_at_zero(read_some(entry.path().string() + "/cmdline")), words))
            return true;
    }
    return false;
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
