// Comparing versions the way the original and Puppet do (protocol §11.6).
#include "core/ddl/validate.hpp"

#include <algorithm>
#include <cctype>
#include <compare>
#include <string>

namespace mco::ddl {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the next token off `version`: `-`, `.`, a run of digits or a run of anything else.
std::string_view next_token(std::string_view& version) {
    std::size_t length = 1;
    const bool number = is_digit(version.front());
    const auto separates = [](char c) { return c == '-' || c == '.'; };
    if (!separates(version.front())) {
        while (length < version.size() && !separates(version[length]) &&
               is_digit(version[length]) == number)
            ++length;
    }
    const auto token = version.substr(0, length);
    version.remove_prefix(length);
    return token;
}

/// A dash sorts before a dot, and a dot before everything else.
int rank(std::string_view token) {
    if (token == "-")
        return 0;
    return token == "." ? 1 : 2;
}

std::string upper(std::string_view token) {
    std::string text(token);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return text;
}

std::strong_ordering compare_tokens(std::string_view a, std::string_view b) {
    if (const auto by_rank = rank(a) <=> rank(b); by_rank != 0)
        return by_rank;
    const auto counts = [](std::string_view token) {
        return is_digit(token.front()) && token.front() != '0';
    };
    if (counts(a) && counts(b) && a.size() != b.size())
        return a.size() <=> b.size();
    return upper(a) <=> upper(b);
}

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
    auto rest_a = a;
    auto rest_b = b;
    while (!rest_a.empty() && !rest_b.empty()) {
        const auto token_a = next_token(rest_a);
        const auto token_b = next_token(rest_b);
        if (token_a == token_b)
            continue;
        return compare_tokens(token_a, token_b);
    }
    return a <=> b;
}

}  // namespace

bool version_at_least(std::string_view running, std::string_view wanted) {
    return std::is_gteq(compare_versions(running, wanted));
}

}  // namespace mco::ddl
