#include "core/serializer/marshal.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace mco::serializer::marshal {
namespace {

class Writer {
  public:
    Expected<std::string> document(const Value& value) {
        out_ = "\x04\x08";
        MCO_CHECK(write(value, 0));
        return std::move(out_);
    }

  private:
    Expected<void> write(const Value& value, std::size_t depth);
    Expected<void> array(const Array& elements, std::size_t depth);
    Expected<void> hash(const Map& map, std::size_t depth);
    void scalar(const Value& value);
    void integer(std::int64_t value);
    void real(double value);
    void string(const std::string& bytes);
    void symbol(const std::string& name);
    void regexp(const Regexp& pattern);
    void encoding(bool utf8);
    void number(std::int64_t value);
    void text(std::string_view bytes);

    std::string out_;
    std::unordered_map<std::string, std::int64_t> symbols_;
};

bool is_ascii(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Expected<void> deeper(std::size_t depth) {
    if (depth >= Limits{}.depth)
        return fail(Errc::limit, "Marshal: nested too deeply to be written");
    return {};
}

/// Ruby's variable-length integer (w_long); 32 bits at most.
void Writer::number(std::int64_t value) {
    if (value == 0) {
        out_ += '\0';
    } else if (value > 0 && value < 123) {
        out_ += static_cast<char>(value + 5);
    } else if (value < 0 && value > -124) {
        out_ += static_cast<char>(value - 5);
    } else {
        const std::int64_t end = value < 0 ? -1 : 0;
        std::string digits;
        for (; value != end; value >>= 8)
            digits += static_cast<char>(value & 0xff);
        const auto width = static_cast<int>(digits.size());
        out_ += static_cast<char>(end == 0 ? width : -width);
        out_ += digits;
    }
}

void Writer::text(std::string_view bytes) {
    number(static_cast<std::int64_t>(bytes.size()));
    out_ += bytes;
}

/// One instance variable: E, true for UTF-8 and false for US-ASCII.
void Writer::encoding(bool utf8) {
    number(1);
    symbol("E");
    out_ += utf8 ? 'T' : 'F';
}

void Writer::integer(std::int64_t value) {
    constexpr std::int64_t small = std::int64_t{1} << 30;
    if (value >= -small && value < small) {
        out_ += 'i';
        number(value);
        return;
    }
    out_ += value < 0 ? "l-" : "l+";
    auto magnitude = static_cast<std::uint64_t>(value);
    if (value < 0)
        magnitude = ~magnitude + 1;
    std::string digits;
    for (; magnitude != 0; magnitude >>= 8)
        digits += static_cast<char>(magnitude & 0xff);
    if (digits.size() % 2 != 0)
        digits += '\0';
    number(static_cast<std::int64_t>(digits.size() / 2));
    out_ += digits;
}

void Writer::real(double value) {
    out_ += 'f';
    if (std::isnan(value))
        return text("nan");
    if (std::isinf(value))
        return text(value < 0 ? "-inf" : "inf");
    std::array<char, 32> digits{};
    const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void Writer::string(const std::string& bytes) {
    const bool utf8 = text::is_utf8(bytes);
    out_ += utf8 ? "I\"" : "\"";
    text(bytes);
    if (utf8)
        encoding(true);
}

void Writer::symbol(const std::string& name) {
    const auto [known, added] =
        symbols_.try_emplace(name, static_cast<std::int64_t>(symbols_.size()));
    if (!added) {
        out_ += ';';
        return number(known->second);
    }
    const bool tagged = !is_ascii(name) && text::is_utf8(name);
    out_ += tagged ? "I:" : ":";
    text(name);
    if (tagged)
        encoding(true);
}

void Writer::regexp(const Regexp& pattern) {
    constexpr unsigned fixed_encoding = 16;
    const bool ascii = is_ascii(pattern.source);
    const bool tagged = ascii || text::is_utf8(pattern.source);
    out_ += tagged ? "I/" : "/";
    text(pattern.source);
    out_ += static_cast<char>((pattern.options & 7u) | (ascii ? 0u : fixed_encoding));
    if (tagged)
        encoding(!ascii);
}

void Writer::scalar(const Value& value) {
    if (const auto* flag = value.boolean())
        out_ += *flag ? 'T' : 'F';
    else if (const auto* whole = value.integer())
        integer(*whole);
    else if (const auto* fraction = value.real())
        real(*fraction);
    else if (const auto* bytes = value.string())
        string(*bytes);
    else if (const auto* name = value.symbol())
        symbol(name->name);
    else if (const auto* pattern = value.regexp())
        regexp(*pattern);
    else
        out_ += '0';
}

Expected<void> Writer::array(const Array& elements, std::size_t depth) {
    MCO_CHECK(deeper(depth));
    out_ += '[';
    number(static_cast<std::int64_t>(elements.size()));
    for (const auto& element : elements)
        MCO_CHECK(write(element, depth + 1));
    return {};
}

Expected<void> Writer::hash(const Map& map, std::size_t depth) {
    MCO_CHECK(deeper(depth));
    out_ += '{';
    number(static_cast<std::int64_t>(map.size()));
    for (const auto& [key, value] : map.entries()) {
        if (key.array() != nullptr || key.map() != nullptr)
            return fail(Errc::invalid, "Marshal: a container as a hash key");
        scalar(key);
        MCO_CHECK(write(value, depth + 1));
    }
    return {};
}

Expected<void> Writer::write(const Value& value, std::size_t depth) {
    if (const auto* elements = value.array())
        return array(*elements, depth);
    if (const auto* map = value.map())
        return hash(*map, depth);
    scalar(value);
    return {};
}

}  // namespace

Expected<std::string> encode(const Value& value) {
    return Writer().document(value);
}

}  // namespace mco::serializer::marshal
