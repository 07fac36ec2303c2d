#include "daemon/ruby_inspect.hpp"

#include "core/config/keys_catalogue.hpp"
#include "system/log_text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <string_view>
#include <variant>

namespace mco::daemon {
namespace {

std::string escape_of(char c) {
    switch (c) {
        case '\n':
            return "\\n";
        case '\t':
            return "\\t";
        case '\r':
            return "\\r";
        case '\x1b':
            return "\\e";
        case '\a':
            return "\\a";
        case '\b':
            return "\\b";
        case '\f':
            return "\\f";
        case '\v':
            return "\\v";
        default:
            return fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    }
}

/// Quoted, with the escapes of a Ruby literal; `#` only where it would begin an interpolation.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (c == '"' || c == '\\' || (c == '#' && (next == '{' || next == '$' || next == '@')))
            (result += '\\') += c;
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            result += escape_of(c);
        else
            result += c;
    }
    return system::escaped(result + "\"");  // what is no UTF-8, and control characters beyond ASCII
}

bool is_plain_symbol(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0)
        return false;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_')
            return false;
    return true;
}

std::string symbol(std::string_view name) {
    return is_plain_symbol(name) ? ":" + std::string(name) : ":" + quoted(name);
}

struct Inspect {
    std::string operator()(std::monostate) const { return "nil"; }

    std::string operator()(bool flag) const { return flag ? "true" : "false"; }

    std::string operator()(std::int64_t number) const { return std::to_string(number); }

    std::string operator()(const std::string& text) const { return quoted(text); }

    std::string operator()(const Symbol& name) const { return symbol(name.name); }

    std::string operator()(const Regexp& pattern) const {
        return "/" + system::escaped(pattern.source) + "/";
    }

    std::string operator()(double number) const {
        if (std::isnan(number))
            return "NaN";
        if (std::isinf(number))
            return number < 0 ? "-Infinity" : "Infinity";
        std::string text = fmt::format("{}", number);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }

    std::string operator()(const Array& array) const {
        std::string result = "[";
        for (const Value& value : array)
            result += (result.size() > 1 ? ", " : "") + std::visit(*this, value.data());
        return result + "]";
    }

    std::string operator()(const Map& map) const {
        std::string result = "{";
        for (const Entry& entry : map.entries())
            result += (result.size() > 1 ? ", " : "") + std::visit(*this, entry.key.data()) + "=>" +
                      std::visit(*this, entry.value.data());
        return result + "}";
    }
};

}  // namespace

std::string ruby_inspect(const Value& value) {
    return std::visit(Inspect{}, value.data());
}

std::string ruby_inspect_inputs(const Map& inputs) {
    Map shown;
    for (const Entry& entry : inputs.entries()) {
        const std::string* name = entry.key.text();
        const bool secret = name && config::is_secret(*name);
        shown.entries().push_back(
            {name ? Value(Symbol{*name}) : entry.key, secret ? Value("***") : entry.value});
    }
    return ruby_inspect(shown);
}

}  // namespace mco::daemon
