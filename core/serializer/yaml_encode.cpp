#include "core/serializer/limits.hpp"
#include "core/serializer/yaml.hpp"
#include "core/text/base64.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mco::serializer::yaml {
namespace {

constexpr std::size_t longest_simple_key = 512;  // parsers give up after 1024 characters

std::string quoted(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (octet < 0x20 || octet == 0x7f)
            ((out += "\\x") += hex[octet >> 4]) += hex[octet & 15];
        else
            out += c;
    }
    return out += '"';
}

/// Characters that are well-formed UTF-8 but that YAML does not take as they stand.
bool needs_binary(std::string_view text) {
    if (!text::is_utf8(text))
        return true;
    for (std::size_t at = 0; at < text.size();) {
        const auto size = text::utf8_character(text.substr(at));
        const auto character = text.substr(at, size);
        const bool c1_control =
            size == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
        const bool special =
            size == 3 && character[0] == '\xef' &&
            (character.substr(1) == "\xbb\xbf" || character.substr(1) == "\xbf\xbe" ||
             character.substr(1) == "\xbf\xbf");
        const bool separator =
            size == 3 && (character == "\xe2\x80\xa8" || character == "\xe2\x80\xa9");
        if (c1_control || special || separator)
            return true;
        at += size;
    }
    return false;
}

std::string string_scalar(std::string_view text) {
    if (!needs_binary(text))
        return quoted(text);
    auto encoded = text::base64_encode(text);
    encoded.erase(std::remove(encoded.begin(), encoded.end(), '\n'), encoded.end());
    return "!binary \"" + encoded + "\"";
}

bool simple_symbol(std::string_view name) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), is_word);
}

std::string real_scalar(double number) {
    if (std::isnan(number))
        return ".nan";
    if (std::isinf(number))
        return number < 0 ? "-.inf" : ".inf";
    std::array<char, 32> buffer{};
    char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    std::string text(buffer.data(), end);
    if (text.find('.') == std::string::npos)
        text.insert(std::min(text.find('e'), text.size()), ".0");
    return text;
}

/// What YAML 1.1 has no way to write becomes U+FFFD: only bytes in symbols and patterns.
std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto size = std::max<std::size_t>(1, text::utf8_character(text.substr(at)));
        const auto character = text.substr(at, size);
        (out += needs_binary(character) ? "\xef\xbf\xbd" : character);
        at += size;
    }
    return out;
}

std::string regexp_scalar(const Regexp& pattern) {
    std::string flags;
    flags += (pattern.options & 4u) != 0 ? "m" : "";
    flags += (pattern.options & 1u) != 0 ? "i" : "";
    flags += (pattern.options & 2u) != 0 ? "x" : "";
    return "!ruby/regexp " + quoted("/" + printable(pattern.source) + "/" + flags);
}

/// Anything but a list or a map.
std::string scalar(const Value& value) {
    if (const auto* text = value.string())
        return string_scalar(*text);
    if (const auto* symbol = value.symbol())
        return simple_symbol(symbol->name) ? ":" + symbol->name
                                           : "!ruby/symbol " + quoted(printable(symbol->name));
    if (const auto* flag = value.boolean())
        return *flag ? "true" : "false";
    if (const auto* number = value.integer())
        return std::to_string(*number);
    if (const auto* number = value.real())
        return real_scalar(*number);
    if (const auto* pattern = value.regexp())
        return regexp_scalar(*pattern);
    return "~";
}

class Writer {
  public:
    /// Behind `-`, `:` or `---`: on the same line what fits there, else below.
    Expected<void> value(const Value& value, std::size_t depth);

    std::string take() { return std::move(out_); }

    void append(std::string_view text) { out_ += text; }

  private:
    Expected<void> list(const Array& elements, std::size_t depth);
    Expected<void> map(const Map& map, std::size_t depth);

    void line(std::size_t depth) { (out_ += '\n').append(2 * depth, ' '); }

    std::string out_;
};

Expected<void> Writer::value(const Value& value, std::size_t depth) {
    if (const auto* elements = value.array())
        return list(*elements, depth);
    if (const auto* entries = value.map())
        return map(*entries, depth);
    out_ += ' ';
    out_ += scalar(value);
    return {};
}

Expected<void> Writer::list(const Array& elements, std::size_t depth) {
    if (depth >= Limits().depth)
        return fail(Errc::limit, "YAML: nested too deeply to be written");
    if (elements.empty())
        out_ += " []";
    for (const auto& element : elements) {
        line(depth);
        out_ += '-';
        MCO_CHECK(value(element, depth + 1));
    }
    return {};
}

Expected<void> Writer::map(const Map& map, std::size_t depth) {
    if (depth >= Limits().depth)
        return fail(Errc::limit, "YAML: nested too deeply to be written");
    if (map.empty())
        out_ += " {}";
    for (const auto& entry : map.entries()) {
        if (entry.key.array() != nullptr || entry.key.map() != nullptr)
            return fail(Errc::invalid, "YAML: a list or map cannot be a key");
        line(depth);
        const auto key = scalar(entry.key);
        if (key.size() > longest_simple_key) {
            out_ += "? " + key;
            line(depth);
            out_ += ':';
        } else {
            out_ += key + ":";
        }
        MCO_CHECK(value(entry.value, depth + 1));
    }
    return {};
}

}  // namespace

Expected<std::string> encode(const Value& value) {
    Writer writer;
    writer.append("---");
    MCO_CHECK(writer.value(value, 0));
    writer.append("\n");
    return writer.take();
}

}  // namespace mco::serializer::yaml
