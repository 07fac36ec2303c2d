#include "agents/puppet/run_output.hpp"

#include "agents/puppet/printable.hpp"
#include "system/descriptor.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/stat.h>

namespace mco::puppet {
namespace {

constexpr std::size_t bytes_per_reply = 64u << 10;
constexpr std::size_t lines_per_reply = 500;
constexpr std::size_t tail_bytes = 256u << 10;

struct Opened {
    system::Descriptor file;
    std::int64_t size = 0;
};

Opened opened(const std::string& path) {
    Opened result{
        system::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW))};

    struct stat status {};

    if (result.file && ::fstat(result.file.get(), &status) == 0 && S_ISREG(status.st_mode))
        result.size = status.st_size;
    return result;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool has(std::string_view line, std::string_view words) {
    return line.find(words) != std::string_view::npos;
}

/// As Puppet 4 to 8 say it; the name of what would run stands between.
bool is_refusal(std::string_view line) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> said = {{
        {"Run of ", " already in progress; skipping"},
        {"Skipping run of ", "administratively disabled"},
        {"Shutdown/restart in progress", "skipping run"},
        {"Exiting now", "maxwaitforlock timeout has been exceeded"},
    }};
    return std::any_of(said.begin(), said.end(), [line](const auto& words) {
        return has(line, words.first) && has(line, words.second);
    });
}

/// `Notice: text` without its first word.
std::string_view without_level(std::string_view line) {
    const std::size_t colon = line.find(": ");
    return colon == std::string_view::npos ? line : line.substr(colon + 2);
}

}  // namespace

OutputLines read_output(const std::string& file, std::int64_t since, bool ended) {
    const Opened source = opened(file);
    const std::int64_t begin = std::clamp<std::int64_t>(since, 0, source.size);
    OutputLines output{{}, begin};
    if (begin == source.size)
        return output;
    const std::string text = system::read_at(source.file.get(), begin, bytes_per_reply);
    const bool all = ended && begin + static_cast<std::int64_t>(text.size()) >= source.size;
    for (std::size_t at = 0; at < text.size() && output.lines.size() < lines_per_reply;) {
        const std::size_t end = text.find('\n', at);
        // a line that is longer than a reply is handed out in pieces, or nobody would ever pass it
        const bool oversized = at == 0 && text.size() == bytes_per_reply;
        if (end == std::string::npos && !all && !oversized)
            break;
        output.lines.push_back(printable(std::string_view(text).substr(at, end - at)));
        at = end == std::string::npos ? text.size() : end + 1;
        output.next = begin + static_cast<std::int64_t>(at);
    }
    return output;
}

std::string read_tail(const std::string& file) {
    return system::read_end(file, tail_bytes);
}

std::string refusal_in(std::string_view output) {
    for (const std::string_view line : lines_of(output))
        if (const std::string safe = printable_line(line, error_line_limit); is_refusal(safe))
            return std::string(without_level(safe));
    return {};
}

std::vector<std::string> errors_in(std::string_view output) {
    const auto lines = lines_of(output);
    std::vector<std::string> errors, of_facter;
    std::string last;
    for (const std::string_view line : lines) {
        std::string safe = printable_line(line, error_line_limit);
        if (safe.empty())
            continue;
        last = safe;
        if (safe.rfind("Error: ", 0) != 0)
            continue;
        safe.erase(0, std::string_view("Error: ").size());
        (safe.rfind("Facter", 0) == 0 ? of_facter : errors).push_back(std::move(safe));
    }
    if (errors.empty())
        errors = std::move(of_facter);
    if (errors.empty() && !last.empty())
        errors.push_back(std::move(last));
    if (errors.size() > error_count_limit)
        errors.erase(errors.begin(), errors.end() - static_cast<std::ptrdiff_t>(error_count_limit));
    return errors;
}

}  // namespace mco::puppet
