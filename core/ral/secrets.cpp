#include "core/ral/secrets.hpp"

#include "core/ral/sha256.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>

namespace mco::ral {
namespace {

constexpr std::string_view hidden_begin = "[hidden ";
constexpr std::size_t hidden_digits = 6;

/// How Puppet writes a value of its type Sensitive, and our worker such a parameter.
constexpr std::array<std::string_view, 3> redacted = {"[redacted]",
                                                      "Sensitive [value redacted]",
                                                      "#<Sensitive [value redacted]>"};

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool is_hidden_text(std::string_view text) {
    if (std::find(redacted.begin(), redacted.end(), text) != redacted.end())
        return true;
    if (text.size() != hidden_begin.size() + hidden_digits + 1 || !text.starts_with(hidden_begin) ||
        !text.ends_with(']'))
        return false;
    const auto digits = text.substr(hidden_begin.size(), hidden_digits);
    return std::all_of(digits.begin(), digits.end(), is_hex_digit);
}

}  // namespace

bool is_secret(std::string_view type, std::string_view property) {
    constexpr std::array<std::string_view, 4> names = {
        "password", "passwd", "password_hash", "logonpassword"};
    return std::find(names.begin(), names.end(), property) != names.end() ||
           property.ends_with("_password") || (type == "user" && property == "salt");
}

std::string hidden(const Resource& resource, std::string_view property, const Value& value) {
    std::string content;
    for (const auto part :
         {std::string_view(resource.type), std::string_view(resource.title), property})
        (content += part) += '\0';
    content += text::to_s(value);
    return std::string(hidden_begin) + sha256_hex(content, hidden_digits / 2) + ']';
}

bool is_hidden(const Value& value) {
    if (const auto* list = value.array())
        return std::any_of(list->begin(), list->end(), is_hidden);
    if (const auto* map = value.map())
        return std::any_of(map->entries().begin(), map->entries().end(), [](const auto& entry) {
            return is_hidden(entry.value);
        });
    return value.text() && is_hidden_text(*value.text());
}

Resource without_secrets(Resource resource) {
    for (auto& [key, value] : resource.parameters.entries()) {
        const auto* property = key.text();
        if (property && is_secret(resource.type, *property) && !value.is_nil() && !is_hidden(value))
            value = hidden(resource, *property, value);
    }
    return resource;
}

}  // namespace mco::ral
