#include "core/policy/columns.hpp"

#include <algorithm>

namespace mco::policy {
namespace {

constexpr std::string_view blank = " \t\r\f\v";

/// The columns between separators, which begin with `separator` and go on as long as blanks come.
std::vector<std::string_view> split(std::string_view line, std::string_view separator) {
    std::vector<std::string_view> parts;
    while (!line.empty()) {
        const auto end = std::min(line.find(separator), line.size());
        parts.push_back(trimmed(line.substr(0, end)));
        line = trimmed(line.substr(end));
    }
    return parts;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> all;
    for (auto at = text.find_first_not_of(blank); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blank, at), text.size());
        all.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(blank, end);
    }
    return all;
}

Expected<std::vector<std::string_view>> columns(std::string_view line) {
    line = trimmed(line);
    if (line.find('\t') != std::string_view::npos)
        return split(line, "\t");
    if (line.find("  ") != std::string_view::npos)
        return split(line, "  ");
    auto single = words(line);
    if (single.size() != 4 && single.size() != 5)
        return fail(Errc::malformed,
                    "separate the columns by tabs or by two spaces: with single spaces it cannot "
                    "be told where one ends");
    return single;
}

}  // namespace mco::policy
