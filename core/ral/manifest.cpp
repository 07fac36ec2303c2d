#include "core/ral/manifest.hpp"

#include "core/ral/secrets.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace mco::ral {
namespace {

/// Bytes of a control character at the front of UTF-8, other than line ends and tabs; 0 if there is
/// none. Those of the upper half have two.
std::size_t control_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
    if (first == 0xc2 && second >= 0x80 && second < 0xa0)
        return 2;
    const bool plain = first >= ' ' || first == '\n' || first == '\t';
    return plain && first != 0x7f ? 0 : 1;
}

bool has_control_characters(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(1))
        if (control_character(text) > 0)
            return true;
    return false;
}

/// As between single quotes nothing else is special, whatever the text is.
std::string plainly_quoted(std::string_view text) {
    std::string code = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\')
            code += '\\';
        code += c;
    }
    return code + '\'';
}

/// Control characters by their numbers: terminals would obey them, and what is written for them
/// there would not be the value.
std::string quoted_with_escapes(std::string_view text) {
    std::string code = "\"";
    while (!text.empty()) {
        const auto size = control_character(text);
        const auto last = static_cast<unsigned char>(text[size > 0 ? size - 1 : 0]);
        if (size > 0) {
            constexpr std::string_view digits = "0123456789abcdef";
            code += std::string("\\u{") + digits[last >> 4] + digits[last & 15U] + '}';
        } else {
            if (last == '"' || last == '\\' || last == '$')
                code += '\\';
            code += text.front();
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return code + '"';
}

std::string quoted_text(std::string_view text) {
    const std::string scrubbed = text::utf8_scrubbed(text);
    return has_control_characters(scrubbed) ? quoted_with_escapes(scrubbed)
                                            : plainly_quoted(scrubbed);
}

std::string code_of(const Value& value);

std::string list_code(const Array& list) {
    std::string code = "[";
    for (const auto& element : list)
        (code += code.size() > 1 ? ", " : "") += code_of(element);
    return code + ']';
}

std::string map_code(const Map& map) {
    std::string code;
    for (const auto& [key, value] : map.entries())
        ((code += code.empty() ? "{ " : ", ") += quoted_text(text::to_s(key)) + " => ") +=
            code_of(value);
    return code.empty() ? "{}" : code + " }";
}

/// Numbers with a fraction as texts: Puppet reads exponents in another way than they are written.
std::string code_of(const Value& value) {
    if (value.is_nil())
        return "undef";
    if (const auto* flag = value.boolean())
        return *flag ? "true" : "false";
    if (const auto* list = value.array())
        return list_code(*list);
    if (const auto* map = value.map())
        return map_code(*map);
    const auto* number = value.integer();
    if (number &&
        *number != std::numeric_limits<std::int64_t>::min())  // no number without its sign
        return std::to_string(*number);
    return quoted_text(text::to_s(value));
}

/// `[a-z]\w*`, as Puppet wants it.
bool is_parameter_name(std::string_view name) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && is_lower(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return is_lower(c) || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
           });
}

std::vector<std::pair<std::string, const Value*>> ordered(const Map& parameters) {
    std::vector<std::pair<std::string, const Value*>> order;
    for (const auto& [key, value] : parameters.entries())
        if (key.text() && is_parameter_name(*key.text()))
            order.emplace_back(*key.text(), &value);
    std::stable_partition(
        order.begin(), order.end(), [](const auto& named) { return named.first == "ensure"; });
    return order;
}

}  // namespace

std::string manifest(const Resource& resource) {
    const auto parameters = ordered(resource.parameters);
    const auto is_comment = [](const Value& value) {
        return is_hidden(value) || is_scrubbed(value);
    };
    std::size_t width = 0;
    for (const auto& [name, value] : parameters)
        width = is_comment(*value) ? width : std::max(width, name.size());
    std::string code = in_lower_case(resource.type) + " { " + quoted_text(resource.title) + ":\n";
    for (const auto& [name, value] : parameters) {
        if (is_comment(*value))
            code += "  # " + name + (is_hidden(*value) ? ": hidden\n" : ": not UTF-8\n");
        else
            code += "  " + name + std::string(width - name.size(), ' ') + " => " + code_of(*value) +
                    ",\n";
    }
    return code + "}\n";
}

}  // namespace mco::ral
