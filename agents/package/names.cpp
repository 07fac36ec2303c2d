#include "agents/package/names.hpp"

#include <algorithm>

namespace mco::package {
namespace {

constexpr std::string_view glob_marks = "*?[]";

/// In ASCII, whatever the locale.
bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

}  // namespace

bool is_package_name(std::string_view name) {
    return !name.empty() && is_alphanumeric(name.front()) && name.back() != '-' &&
           consists_of(name, ".+_:~-");
}

bool is_version(std::string_view version) {
    return !version.empty() && is_alphanumeric(version.front()) && version.back() != '-' &&
           consists_of(version, ".+_:~-");
}

bool is_search_pattern(std::string_view pattern) {
    return !pattern.empty() && pattern.front() != '-' && consists_of(pattern, ".+_:~-*?[]");
}

bool is_glob(std::string_view pattern) {
    return pattern.find_first_of(glob_marks) != std::string_view::npos;
}

}  // namespace mco::package
