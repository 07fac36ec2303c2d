#include "core/serializer/json.hpp"

#include "core/serializer/entries.hpp"
#include "core/text/ruby.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace mco::serializer {
namespace {

using Json = nlohmann::json;

/// Builds the Value from the parser's events. The parser itself is not recursive, so the depth is
/// bounded here.
class Builder final : public Json::json_sax_t {
  public:
    explicit Builder(const Limits& limits) : limits_(limits) {}

    bool null() override { return place({}); }

    bool boolean(bool flag) override { return place(flag); }

    bool number_integer(std::int64_t number) override { return place(number); }

    bool number_unsigned(std::uint64_t number) override {
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return place(static_cast<double>(number));
        return place(static_cast<std::int64_t>(number));
    }

    bool number_float(double number, const std::string& /*text*/) override { return place(number); }

    bool string(std::string& text) override { return spend(text.size()) && place(std::move(text)); }

    bool binary(Json::binary_t& /*bytes*/) override { return false; }

    bool start_object(std::size_t /*size*/) override { return open(true); }

    bool start_array(std::size_t /*size*/) override { return open(false); }

    bool key(std::string& text) override {
        if (!spend(text.size()))
            return false;
        open_.back().key = std::move(text);
        return count();
    }

    bool end_object() override { return close(); }

    bool end_array() override { return close(); }

    bool parse_error(std::size_t position,
                     const std::string& /*token*/,
                     const Json::exception& /*why*/) override {
        return refuse(Errc::malformed, "JSON: malformed at byte " + std::to_string(position));
    }

    Value& result() { return result_; }

    Error& error() { return error_; }

  private:
    struct Container {
        bool is_map = false;
        std::string key;
        std::vector<Entry> entries;
        Array elements;
    };

    bool refuse(Errc code, std::string message) {
        error_ = {code, std::move(message)};
        return false;
    }

    bool count() {
        return ++nodes_ <= limits_.nodes || refuse(Errc::limit, "JSON: too many values");
    }

    bool spend(std::size_t bytes) {
        text_ += bytes;
        return text_ <= limits_.bytes || refuse(Errc::limit, "JSON: too much text");
    }

    bool open(bool is_map) {
        if (open_.size() >= limits_.depth)
            return refuse(Errc::limit, "JSON: nested too deeply");
        open_.push_back({is_map, {}, {}, {}});
        return true;
    }

    bool close() {
        auto container = std::move(open_.back());
        open_.pop_back();
        return place(container.is_map ? Value(unique(std::move(container.entries)))
                                      : Value(std::move(container.elements)));
    }

    bool place(Value value) {
        if (open_.empty())
            result_ = std::move(value);
        else if (open_.back().is_map)
            open_.back().entries.push_back({std::move(open_.back().key), std::move(value)});
        else
            open_.back().elements.push_back(std::move(value));
        return count();
    }

    const Limits& limits_;
    std::vector<Container> open_;
    Value result_;
    Error error_{Errc::malformed, "JSON: malformed"};
    std::size_t nodes_ = 0;
    std::size_t text_ = 0;
};

constexpr std::size_t deepest =
    512;  // far beyond what a decoder lets in; keeps the recursion off the stack's end

class Printer {
  public:
    explicit Printer(Style style) : pretty_(style == Style::pretty) {}

    void value(const Value& value, std::size_t depth);

    std::string take() { return std::move(out_); }

  private:
    void scalar(const Value& value);
    void array(const Array& elements, std::size_t depth);
    void object(const Map& map, std::size_t depth);
    void text(const std::string& text);

    void line(std::size_t depth) {
        if (pretty_)
            (out_ += '\n').append(2 * depth, ' ');
    }

    bool pretty_;
    std::string out_;
};

std::string pattern_text(const Regexp& pattern) {
    std::string text = "/" + pattern.source + "/";
    if ((pattern.options & 4u) != 0)
        text += 'm';
    if ((pattern.options & 1u) != 0)
        text += 'i';
    if ((pattern.options & 2u) != 0)
        text += 'x';
    return text;
}

std::string number_text(double number) {
    return std::isfinite(number) ? text::float_text(number) : "null";
}

/// What a key that is no text reads as: JSON knows only strings there.
std::string key_text(const Value& key) {
    if (const auto* characters = key.text())
        return *characters;
    if (const auto* pattern = key.regexp())
        return pattern_text(*pattern);
    return key.is_nil() ? std::string() : encode_json(key);
}

void Printer::text(const std::string& text) {
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    if (std::all_of(text.begin(), text.end(), plain))
        (out_ += '"').append(text) += '"';
    else
        out_ += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Printer::scalar(const Value& value) {
    if (const auto* characters = value.text())
        text(*characters);
    else if (const auto* pattern = value.regexp())
        text(pattern_text(*pattern));
    else if (const auto* whole = value.integer())
        out_ += std::to_string(*whole);
    else if (const auto* fraction = value.real())
        out_ += number_text(*fraction);
    else if (const auto* flag = value.boolean())
        out_ += *flag ? "true" : "false";
    else
        out_ += "null";
}

void Printer::array(const Array& elements, std::size_t depth) {
    out_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i != 0)
            out_ += ',';
        line(depth + 1);
        value(elements[i], depth + 1);
    }
    if (!elements.empty())
        line(depth);
    out_ += ']';
}

void Printer::object(const Map& map, std::size_t depth) {
    out_ += '{';
    bool first = true;
    for (const auto& [key, member] : map.entries()) {
        if (!std::exchange(first, false))
            out_ += ',';
        line(depth + 1);
        text(key_text(key));
        out_ += pretty_ ? ": " : ":";
        value(member, depth + 1);
    }
    if (!map.empty())
        line(depth);
    out_ += '}';
}

void Printer::value(const Value& value, std::size_t depth) {
    if (depth >= deepest)
        out_ += "null";
    else if (const auto* elements = value.array())
        array(*elements, depth);
    else if (const auto* map = value.map())
        object(*map, depth);
    else
        scalar(value);
}

}  // namespace

Expected<Value> decode_json(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes)
        return fail(Errc::limit, "JSON: the text is too large");
    Builder builder(limits);
    if (!Json::sax_parse(text.begin(), text.end(), &builder))
        return tl::unexpected(std::move(builder.error()));
    return std::move(builder.result());
}

std::string encode_json(const Value& value, Style style) {
    Printer printer(style);
    printer.value(value, 0);
    return printer.take();
}

}  // namespace mco::serializer
