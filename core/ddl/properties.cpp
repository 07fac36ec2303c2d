#include "core/ddl/properties.hpp"

#include "core/ddl/evaluate.hpp"
#include "core/ruby/token.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>

namespace mco::ddl {

using ruby::fail_at;

namespace {

constexpr double longest_timeout = 7 * 24 * 3600;  // seconds

Expected<void> require(const Map& properties,
                       std::initializer_list<std::string_view> keys,
                       const std::string& what,
                       int where) {
    for (const auto key : keys) {
        if (properties.find(key) == nullptr)
            return fail_at(where, what + " needs a :" + std::string(key) + " property");
    }
    return {};
}

/// The value under a key that require() has seen.
const Value& given(const Map& properties, std::string_view key) {
    return *properties.find(key);
}

Value optional_value(const Map& properties, std::string_view key) {
    const auto* value = properties.find(key);
    return value == nullptr ? Value() : *value;
}

/// A number of seconds, or a text that is one: `"10"`.
std::optional<double> seconds_from(const Value& value) {
    if (const auto* whole = value.integer())
        return static_cast<double>(*whole);
    if (value.real() != nullptr)
        return *value.real();
    double seconds = 0;
    const auto* text = value.string();
    if (text == nullptr || text->empty())
        return std::nullopt;
    const auto* end = text->data() + text->size();
    const auto [last, error] = std::from_chars(text->data(), end, seconds);
    return error == std::errc() && last == end ? std::optional(seconds) : std::nullopt;
}

Expected<int> timeout_from(const Value& value, int where, Remarks& remarks) {
    const auto seconds = seconds_from(value);
    if (!seconds) {
        remarks.push_back("the timeout " + text::inspect(value) + " is no number of seconds");
        return Metadata{}.timeout;
    }
    if (!(*seconds >= 0 && *seconds <= longest_timeout))
        return fail_at(where, "the timeout " + text::to_s(value) + " is not a number of seconds");
    return static_cast<int>(std::ceil(*seconds));
}

struct ClassType {
    std::string_view ruby;
    std::string_view type;
};

constexpr std::array<ClassType, 8> class_types = {{{"Hash", "hash"},
                                                   {"Array", "array"},
                                                   {"String", "string"},
                                                   {"Integer", "integer"},
                                                   {"Fixnum", "integer"},
                                                   {"Float", "float"},
                                                   {"Numeric", "number"},
                                                   {"Object", "any"}}};

/// The type a class constant stands for; empty if `name` is no constant.
std::string class_type(std::string_view name) {
    for (const auto& [ruby, type] : class_types) {
        if (name == constant_name(ruby))
            return std::string(type);
    }
    return "";
}

bool is_constant(const Value& value) {
    return value.symbol() != nullptr && value.symbol()->name.starts_with("::");
}

Expected<Validation> validation_from(const Value& value, int where, Remarks& remarks) {
    if (value.is_nil())
        return Validation();
    if (const auto* text = value.string())
        return Validation(Pattern{*text, 0});
    if (const auto* regexp = value.regexp())
        return Validation(Pattern{regexp->source, regexp->options, true});
    if (value.symbol() != nullptr && !is_constant(value))
        return Validation(ValidatorName{value.symbol()->name});
    if (is_constant(value))
        return fail_at(where, "a validation is a pattern or the name of a validator");
    remarks.push_back("the validation " + text::inspect(value) + " checks nothing");
    return Validation();
}

/// `:maxlength`; what is no number means no limit, as in the original.
std::size_t length_from(const Value& value) {
    if (const auto* whole = value.integer())
        return static_cast<std::size_t>(std::max<std::int64_t>(*whole, 0));
    const auto* text = value.string();
    std::size_t length = 0;
    for (const char c : text == nullptr ? std::string() : *text) {
        if (c < '0' || c > '9' || length > 1'000'000'000)
            break;
        length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    return length;
}

Expected<void> string_input(Input& input, const Map& properties, int where, Remarks& remarks) {
    MCO_CHECK(require(properties, {"validation", "maxlength"}, "Input type :string", where));
    input.maxlength = length_from(given(properties, "maxlength"));
    if (const auto* list = given(properties, "validation").array()) {
        input.list = *list;
        return {};
    }
    MCO_TRY(validation, validation_from(given(properties, "validation"), where, remarks));
    input.validation = std::move(validation);
    return {};
}

Expected<void> list_input(Input& input, const Map& properties, int where) {
    MCO_CHECK(require(properties, {"list"}, "Input type :list", where));
    const auto* list = given(properties, "list").array();
    if (list == nullptr)
        return fail_at(where, "the :list of input " + input.name + " is not a list");
    input.list = *list;
    return {};
}

/// The names of Ruby's own conversions: as types they refuse hardly anything.
bool is_conversion(std::string_view name) {
    return name == "Array" || name == "String" || name == "Integer" || name == "Float" ||
           name == "Hash";
}

/// A type is the name of one or of a validator, a class, a pattern, or the list of what is allowed.
Expected<void> typed_input(Input& input, const Map& properties, int where, Remarks& remarks) {
    const auto& type = given(properties, "type");
    if (const auto* list = type.array()) {
        input.type = "list";
        input.list = *list;
        return {};
    }
    if (type.string() != nullptr || type.regexp() != nullptr) {
        input.type = "string";
        MCO_TRY(validation, validation_from(type, where, remarks));
        input.validation = std::move(validation);
        return {};
    }
    if (type.symbol() == nullptr) {
        input.type = "any";
        remarks.push_back("the type " + text::inspect(type) + " of input " + input.name +
                          " checks nothing");
        return {};
    }
    if (is_constant(type)) {
        input.type = class_type(type.symbol()->name);
        return input.type.empty()
                   ? Expected<void>(fail_at(where, "unknown class as type of input " + input.name))
                   : Expected<void>();
    }
    input.type = type.symbol()->name;
    if (is_conversion(input.type))
        remarks.push_back("the type :" + input.type + " of input " + input.name +
                          " is a conversion of Ruby's: it accepts whatever can be converted");
    if (input.type == "string")
        return string_input(input, properties, where, remarks);
    return input.type == "list" ? list_input(input, properties, where) : Expected<void>();
}

}  // namespace

Expected<Metadata> metadata_from(const Map& properties, int where, Remarks& remarks) {
    MCO_CHECK(require(properties,
                      {"name", "description", "author", "license", "version", "url", "timeout"},
                      "Metadata",
                      where));
    MCO_TRY(timeout, timeout_from(given(properties, "timeout"), where, remarks));
    const auto text = [&properties](std::string_view key) {
        return text::to_s(given(properties, key));
    };
    return Metadata{text("name"),
                    text("description"),
                    text("author"),
                    text("license"),
                    text("version"),
                    text("url"),
                    timeout};
}

Expected<Input> input_from(std::string name,
                           const Map& properties,
                           bool agent_input,
                           int where,
                           Remarks& remarks) {
    MCO_CHECK(require(properties, {"prompt", "description", "type"}, "Input " + name, where));
    if (agent_input)
        MCO_CHECK(require(properties, {"optional"}, "Input " + name, where));
    Input input;
    input.name = std::move(name);
    input.prompt = text::to_s(given(properties, "prompt"));
    input.description = text::to_s(given(properties, "description"));
    input.optional = is_true(optional_value(properties, "optional"));
    input.default_value = optional_value(properties, "default");
    MCO_CHECK(typed_input(input, properties, where, remarks));
    return input;
}

Expected<Output> output_from(std::string name, const Map& properties, int where) {
    MCO_CHECK(require(properties, {"description", "display_as"}, "Output " + name, where));
    return Output{std::move(name),
                  text::to_s(given(properties, "description")),
                  text::to_s(given(properties, "display_as")),
                  optional_value(properties, "default")};
}

Expected<Aggregate> aggregate_from(std::string function,
                                   const Array& arguments,
                                   const Value& format,
                                   int where,
                                   Remarks& remarks) {
    if (arguments.empty() || arguments[0].text() == nullptr)
        return fail_at(
            where, "aggregate " + function + " wants the name of an output and perhaps options");
    Aggregate aggregate{std::move(function), *arguments[0].text(), {}, std::nullopt};
    const auto pass_over = [&](const Value& value) {
        remarks.push_back("the argument " + text::inspect(value) + " of aggregate " +
                          aggregate.function + " is no hash of options");
    };
    const auto take_format = [&aggregate](const Value& value) {
        if (value.text() != nullptr)
            aggregate.format = *value.text();
    };
    if (const auto* behind = format.find("format"))
        take_format(*behind);
    if (format.map() == nullptr && !format.is_nil())
        pass_over(format);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (i > 1 || arguments[i].map() == nullptr) {
            pass_over(arguments[i]);
            continue;
        }
        for (const auto& entry : arguments[i].map()->entries()) {
            if (entry.key.text() != nullptr && *entry.key.text() == "format")
                take_format(entry.value);
            else
                aggregate.options.set(entry.key, entry.value);
        }
    }
    return aggregate;
}

}  // namespace mco::ddl
