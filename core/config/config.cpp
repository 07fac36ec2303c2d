#include "core/config/config.hpp"

#include "core/config/literals.hpp"

namespace mco::config {

namespace {

/// Looks `name` up and converts it. The value is left out of the message: it may be a secret typed
/// under a wrong key.
template <class T, class Parse>
Expected<T> typed(const Config& config,
                  std::string_view name,
                  T fallback,
                  Parse parse,
                  const char* kind) {
    const auto found = config.plugin.find(std::string(name));
    if (found == config.plugin.end())
        return fallback;
    if (const auto value = parse(found->second.value))
        return static_cast<T>(*value);
    return fail(Errc::invalid,
                found->second.origin + ": plugin." + std::string(name) + " must be " + kind);
}

}  // namespace

const std::string* Config::plugin_setting(std::string_view name) const {
    const auto found = plugin.find(std::string(name));
    return found == plugin.end() ? nullptr : &found->second.value;
}

Expected<bool> Config::plugin_bool(std::string_view name, bool fallback) const {
    return typed(*this, name, fallback, parse_bool, "a boolean such as 1 or 0");
}

Expected<long> Config::plugin_int(std::string_view name, long fallback) const {
    return typed(*this, name, fallback, parse_integer, "an integer");
}

Expected<double> Config::plugin_float(std::string_view name, double fallback) const {
    return typed(*this, name, fallback, parse_real, "a number");
}

std::string Config::plugin_string(std::string_view name, std::string_view fallback) const {
    const auto* text = plugin_setting(name);
    return text == nullptr ? std::string(fallback) : *text;
}

}  // namespace mco::config
