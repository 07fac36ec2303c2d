#include "core/security/caller_id.hpp"

#include <algorithm>
#include <cstddef>

namespace mco::security {
namespace {

constexpr std::size_t longest = 255;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_name(char c) {
    return is_word(c) || c == '.' || c == '-';
}

}  // namespace

bool valid_caller_id(std::string_view id) {
    const auto equals = id.find('=');
    if (equals == std::string_view::npos || id.size() > longest)
        return false;
    const auto kind = id.substr(0, equals);
    const auto name = id.substr(equals + 1);
    return !kind.empty() && std::all_of(kind.begin(), kind.end(), is_word) && !name.empty() &&
           std::all_of(name.begin(), name.end(), is_name) && name != "." && name != "..";
}

}  // namespace mco::security
