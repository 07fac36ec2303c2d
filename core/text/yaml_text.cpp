#include "core/text/yaml_text.hpp"

#include "core/text/base64.hpp"

#include <algorithm>

namespace mco::text {

std::optional<std::string> yaml_binary(std::string_view tag, std::string_view scalar) {
    if (tag != "!binary" && tag != "tag:yaml.org,2002:binary")
        return std::nullopt;
    auto bytes = base64_decode(scalar);
    return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

bool is_yaml_string_object(std::string_view tag) {
    return tag.starts_with("!ruby/string") || tag.starts_with("!str:");
}

bool is_yaml_real(std::string_view plain) {
    if (plain.starts_with('+') || plain.starts_with('-'))
        plain.remove_prefix(1);
    const auto end = std::min(plain.find_first_of("eE"), plain.size());
    const auto number = plain.substr(0, end);
    const auto exponent = plain.substr(end);
    const auto all_digits = [](std::string_view text) {
        return text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    const auto point = number.find('.');
    if (point == std::string_view::npos || number.size() == 1 ||
        !all_digits(number.substr(0, point)) || !all_digits(number.substr(point + 1)))
        return false;
    constexpr std::size_t shortest = 3;  // e+1
    return exponent.empty() ||
           (exponent.size() >= shortest && (exponent[1] == '+' || exponent[1] == '-') &&
            all_digits(exponent.substr(2)));
}

bool has_yaml_colon(std::string_view text, std::size_t at, std::string_view key) {
    if (key.empty() || at > text.size() || text.substr(at, key.size()) != key)
        return true;
    const auto line = text.rfind('\n', at) + 1;  // npos + 1 is the beginning
    const auto before = text.substr(line, at - line);
    if (before.find('?') != std::string_view::npos)
        return true;
    const auto next = text.find_first_not_of(" \t", at + key.size());
    return next != std::string_view::npos && text[next] == ':';
}

}  // namespace mco::text
