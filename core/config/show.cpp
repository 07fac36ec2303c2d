#include "core/config/show.hpp"

#include "core/config/keys_catalogue.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <type_traits>

namespace mco::config {

namespace {

template <class T>
Value to_value(const T& member) {
    if constexpr (std::is_same_v<T, std::string>)
        return member.empty() ? Value() : Value(member);
    else if constexpr (std::is_same_v<T, std::chrono::seconds>)
        return Value(std::int64_t{member.count()});
    else if constexpr (std::is_same_v<T, std::optional<std::chrono::seconds>>)
        return member ? to_value(*member) : Value();
    else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        return Value(Array(member.begin(), member.end()));
    else if constexpr (std::is_same_v<T, std::size_t>)
        return Value(static_cast<std::int64_t>(member));
    else
        return Value(member);
}

/// A key without member lives in Config::core only.
Value loose_value(const Config& config, std::string_view name) {
    const auto found = config.core.find(std::string(name));
    if (found != config.core.end())
        return Value(found->second.value);
    return name == "ssl_cipher" ? Value("aes-256-cbc") : Value();
}

Value value_of(const Config& config, const CoreKey& key) {
    const auto show = [&](auto member) -> Value {
        if constexpr (std::is_same_v<decltype(member), std::monostate>)
            return loose_value(config, key.name);
        else
            return to_value(config.*member);
    };
    return std::visit(show, key.member);
}

std::string short_number(double number) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

std::string to_text(const Value& value, Form form) {
    if (const auto* text = value.string())
        return *text;
    if (const auto* flag = value.boolean())
        return *flag ? "1" : "0";
    if (const auto* number = value.integer())
        return std::to_string(*number);
    if (const auto* number = value.real())
        return short_number(*number);
    std::string joined;
    if (const auto* list = value.array()) {
        for (const auto& member : *list)
            joined += (joined.empty()        ? ""
                       : form == Form::paths ? ":"
                                             : ", ") +
                      to_text(member, form);
    }
    return joined;
}

/// As the original keeps the names of plug-ins: `Psk`.
Value capitalized(Value value) {
    if (value.string() == nullptr || value.string()->empty())
        return value;
    auto name = *value.string();
    name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
    return Value(std::move(name));
}

void add_line(std::string& shown,
              const std::string& origin,
              std::string_view key,
              const std::string& value) {
    shown += '(' + origin + ") " + std::string(key) + " = " + value + '\n';
}

}  // namespace

std::optional<Value> config_item(const Config& config, std::string_view name) {
    if (name == "configfile")
        return Value(config.file);
    if (name == "configdir")
        return Value(config.file.substr(0, std::min(config.file.rfind('/'), config.file.size())));
    if (name == "configured")
        return Value(true);
    if (name == "mode")
        return Value(Symbol{"server"});
    const auto* key = find_core_key(name);
    if (key == nullptr || key->form == Form::ignored)
        return std::nullopt;
    auto value = value_of(config, *key);
    return key->form == Form::lower ? capitalized(std::move(value)) : value;
}

std::string print_config(const Config& config) {
    std::string shown;
    for (const auto& key : core_keys()) {
        const auto set = config.core.find(std::string(key.name));
        if (key.form == Form::ignored)
            continue;
        const auto& origin = set == config.core.end() ? "default" : set->second.origin;
        add_line(shown, origin, key.name, to_text(value_of(config, key), key.form));
    }
    for (const auto& [name, setting] : config.plugin)
        add_line(
            shown, setting.origin, "plugin." + name, is_secret(name) ? "(set)" : setting.value);
    return shown;
}

}  // namespace mco::config
