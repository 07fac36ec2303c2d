#include "core/ddl/validators.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include <arpa/inet.h>

namespace mco::ddl {
namespace {

tl::unexpected<Error> refuse(std::string reason) {
    return fail(Errc::invalid, std::move(reason));
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

template <class Test>
bool made_of(std::string_view text, Test test) {
    return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

bool has_type(std::string_view type, const Value& value) {
    if (type == "string")
        return value.string() != nullptr;
    if (type == "integer")
        return value.integer() != nullptr;
    if (type == "float")
        return value.real() != nullptr;
    if (type == "number")
        return value.integer() != nullptr || value.real() != nullptr;
    if (type == "boolean")
        return value.boolean() != nullptr;
    if (type == "array")
        return value.array() != nullptr;
    return type == "any" || value.map() != nullptr;
}

/// Stops what a shell would act on, and nothing else: quotes, parentheses, newlines and a single &
/// pass, as ever.
Expected<void> shellsafe(std::string_view text) {
    for (const std::string_view dangerous : {"`", "$", ";", "|", "&&", ">", "<"}) {
        if (text.find(dangerous) != std::string_view::npos)
            return refuse("value should not have " + std::string(dangerous) + " in it");
    }
    return {};
}

/// An address of the family, without a prefix length.
bool is_address(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    const std::string terminated(text);
    return terminated.size() == text.size() && terminated.find('\0') == std::string::npos &&
           inet_pton(family, terminated.c_str(), parsed.data()) == 1;
}

bool is_prefix_length(std::string_view text, int longest) {
    if (text.size() > 3 || !made_of(text, is_digit))
        return false;
    return std::stoi(std::string(text)) <= longest;
}

/// An address that may carry a prefix length or, for IPv4, a net mask.
bool is_network(int family, std::string_view text) {
    const auto slash = text.find('/');
    if (!is_address(family, text.substr(0, slash)))
        return false;
    if (slash == std::string_view::npos)
        return true;
    const auto suffix = text.substr(slash + 1);
    return is_prefix_length(suffix, family == AF_INET ? 32 : 128) ||
           (family == AF_INET && is_address(family, suffix));
}

Expected<void> ipv4address(std::string_view text) {
    if (!is_network(AF_INET, text))
        return refuse("value should be an ipv4 address");
    return {};
}

Expected<void> ipv6address(std::string_view text) {
    if (!is_network(AF_INET6, text))
        return refuse("value should be an ipv6 address");
    return {};
}

Expected<void> ipaddress(std::string_view text) {
    if (!is_network(AF_INET, text) && !is_network(AF_INET6, text))
        return refuse("value should be an ip address");
    return {};
}

Expected<void> service_name(std::string_view text) {
    if (!made_of(text, [](char c) {
            return is_word(c) || std::string_view(".-:@").find(c) != std::string_view::npos;
        }))
        return refuse("value is not a valid service name");
    return {};
}

Expected<void> package_name(std::string_view text) {
    if (!made_of(text, [](char c) { return is_word(c) || c == '.' || c == '-'; }))
        return refuse("value is not a valid package name");
    return {};
}

Expected<void> puppet_variable(std::string_view text) {
    MCO_CHECK(shellsafe(text));
    if (!made_of(text, is_word) || (text.size() == 1 && !is_letter(text.front())))
        return refuse("Invalid variable name '" + std::string(text) + "' specified");
    return {};
}

/// Calls `check` with every part of `text`; an empty text has one empty part.
template <class Check>
Expected<void> for_each_part(std::string_view text, std::string_view separator, Check check) {
    while (true) {
        const auto end = text.find(separator);
        MCO_CHECK(check(text.substr(0, end)));
        if (end == std::string_view::npos)
            return {};
        text.remove_prefix(end + separator.size());
    }
}

Expected<void> puppet_tags(std::string_view text) {
    MCO_CHECK(shellsafe(text));
    return for_each_part(text, ",", [](std::string_view tag) {
        return tag.empty() ? Expected<void>() : for_each_part(tag, "::", puppet_variable);
    });
}

/// `Type[title]`, on one line.
Expected<void> puppet_resource(std::string_view text) {
    const auto open = text.find('[');
    const bool shaped = open != std::string_view::npos && made_of(text.substr(0, open), is_word) &&
                        text.size() > open + 2 && text.back() == ']' &&
                        text.find('\n') == std::string_view::npos;
    if (!shaped)
        return refuse("'" + std::string(text) + "' is not a valid resource name");
    return {};
}

/// What a part of a host name may begin with; it never begins or ends with a hyphen.
enum class First { letter, letter_or_digit };

bool is_host_label(std::string_view label, First first) {
    const auto letter_or_digit = [](char c) { return is_letter(c) || is_digit(c); };
    return !label.empty() &&
           (first == First::letter ? is_letter(label.front()) : letter_or_digit(label.front())) &&
           label.back() != '-' &&
           made_of(label, [&](char c) { return letter_or_digit(c) || c == '-'; });
}

bool is_host_name(std::string_view name, First first) {
    const auto check = [first](std::string_view label) {
        return is_host_label(label, first) ? Expected<void>() : Expected<void>(refuse(""));
    };
    return for_each_part(name, ".", check).has_value();
}

bool is_host(std::string_view name) {
    return is_address(AF_INET, name) || is_address(AF_INET6, name) ||
           is_host_name(name, First::letter);
}

struct ServerAddress {
    std::string_view host;
    std::string_view port;
    bool has_port = false;
};

/// A bare IPv6 address has no port, `[address]:port` and `host:port` do; everything else is all
/// host.
ServerAddress split_address(std::string_view text) {
    if (text.starts_with('[') && text.find(']') != std::string_view::npos) {
        const auto close = text.find(']');
        const auto rest = text.substr(close + 1);
        if (rest.empty())
            return {text.substr(1, close - 1), {}, false};
        if (rest.starts_with(':'))
            return {text.substr(1, close - 1), rest.substr(1), true};
    }
    if (std::count(text.begin(), text.end(), ':') == 1)
        return {text.substr(0, text.find(':')), text.substr(text.find(':') + 1), true};
    return {text, {}, false};
}

Expected<void> puppet_server_address(std::string_view text) {
    MCO_CHECK(shellsafe(text));
    const auto address = split_address(text);
    if (!is_host(address.host))
        return refuse("The hostname '" + std::string(address.host) + "' is not a valid hostname");
    if (address.has_port && !made_of(address.port, is_digit))
        return refuse("The port '" + std::string(address.port) +
                      "' is not a valid puppet master port");
    return {};
}

Expected<void> nettest_fqdn(std::string_view text) {
    if (!is_address(AF_INET, text) && !is_host_name(text, First::letter))
        return refuse("value should be a valid fqdn");
    return {};
}

/// `host:port`; unlike elsewhere the parts of the name may begin with digits.
Expected<void> nettest_server_address(std::string_view text) {
    MCO_CHECK(shellsafe(text));
    const auto colon = text.find(':');
    const auto port = text.substr(std::min(text.size(), colon + 1));
    if (colon == std::string_view::npos || colon == 0 || port.empty())
        return refuse("value must include host and port, as in host:port");
    if (!is_host_name(text.substr(0, colon), First::letter_or_digit))
        return refuse("value has a bad hostname");
    if (!made_of(port, is_digit))
        return refuse("value has a bad port");
    return {};
}

constexpr std::array<std::string_view, 8> types =
    {"string", "integer", "float", "number", "boolean", "array", "hash", "any"};

struct Validator {
    std::string_view name;
    Expected<void> (*check)(std::string_view);
};

constexpr std::array<Validator, 12> validators = {
    {{"shellsafe", shellsafe},
     {"ipv4address", ipv4address},
     {"ipv6address", ipv6address},
     {"ipaddress", ipaddress},
     {"nettest_fqdn", nettest_fqdn},
     {"nettest_server_address", nettest_server_address},
     {"service_name", service_name},
     {"package_name", package_name},
     {"puppet_variable", puppet_variable},
     {"puppet_tags", puppet_tags},
     {"puppet_resource", puppet_resource},
     {"puppet_server_address", puppet_server_address}}};

/// Ruby's own conversions, which the original finds where it looks for a validator (`:type =>
/// :Array`): what can be converted passes, unchanged.
std::optional<bool> convertible(std::string_view name, const Value& value) {
    if (name == "Array" || name == "String")
        return true;
    if (name == "Hash")
        return value.map() != nullptr || value.is_nil() ||
               (value.array() != nullptr && value.array()->empty());
    if (name != "Integer" && name != "Float")
        return std::nullopt;
    if (has_type("number", value))
        return true;
    double number = 0;
    const auto* text = value.string();
    if (text == nullptr || text->empty() || (name == "Integer" && !made_of(*text, is_digit)))
        return false;
    const auto* end = text->data() + text->size();
    return std::from_chars(text->data(), end, number).ptr == end;
}

}  // namespace

Expected<void> check_by_name(std::string_view name, const Value& value) {
    if (const auto converts = convertible(name, value))
        return *converts ? Expected<void>()
                         : Expected<void>(refuse("value should be a " + std::string(name)));
    if (std::find(types.begin(), types.end(), name) != types.end()) {
        if (!has_type(name, value))
            return refuse("value should be a " + std::string(name));
        return {};
    }
    const auto named = [name](const Validator& validator) { return validator.name == name; };
    const auto* const validator = std::find_if(validators.begin(), validators.end(), named);
    if (validator == validators.end())
        return refuse("there is no validator '" + std::string(name) + "'");
    if (value.string() == nullptr)
        return refuse("value should be a string");
    return validator->check(*value.string());
}

}  // namespace mco::ddl
