#include "puppet/resource_parameters.hpp"

#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace mco::puppet {
namespace {

using Spelling = std::pair<std::string_view, std::string_view>;

constexpr std::size_t most_parameters = 64;
constexpr std::size_t longest_parameter_name = 64;

/// Types of Puppet's own whose name is also spelt otherwise.
constexpr std::array<Spelling, 4> other_spellings = {
    {{"exec", "command"}, {"file", "path"}, {"k5login", "path"}, {"tidy", "path"}}};

/// Types whose title says more than the name.
constexpr std::array<std::string_view, 1> compound_titles = {"sshkey"};

/// Types whose state is what stands in the file that they name.
constexpr std::array<std::string_view, 1> content_types = {"k5login"};

/// Which file entries such as those of `host` are in; of a file it is where a link leads.
bool names_other_file(std::string_view type, std::string_view parameter) {
    return parameter == "target" && type != "file";
}

/// What reaches further than the resource itself, unless it is false.
constexpr std::array<Spelling, 5> far_reaching = {{{"file", "force"},
                                                   {"file", "recurse"},
                                                   {"resources", "purge"},
                                                   {"tidy", "recurse"},
                                                   {"user", "purge_ssh_keys"}}};

constexpr std::array<Spelling, 24> commands = {{{"exec", "command"},
                                                {"exec", "cwd"},
                                                {"exec", "environment"},
                                                {"exec", "onlyif"},
                                                {"exec", "path"},
                                                {"exec", "provider"},
                                                {"exec", "refresh"},
                                                {"exec", "unless"},
                                                {"file", "validate_cmd"},
                                                {"package", "adminfile"},
                                                {"package", "command"},
                                                {"package", "install_options"},
                                                {"package", "responsefile"},
                                                {"package", "root"},
                                                {"package", "source"},
                                                {"package", "uninstall_options"},
                                                {"service", "binary"},
                                                {"service", "control"},
                                                {"service", "manifest"},
                                                {"service", "path"},
                                                {"service", "restart"},
                                                {"service", "start"},
                                                {"service", "status"},
                                                {"service", "stop"}}};

bool is_parameter_name(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= longest_parameter_name && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

bool is_provider_name(const Value& value) {
    const std::string* const text = value.text();
    return text && !text->empty() && std::all_of(text->begin(), text->end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

bool listed(const auto& list, const auto& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::optional<Value> plain_scalar(const Value& value) {
    if (const std::string* text = value.text())
        return text::is_utf8(*text) ? std::optional<Value>(*text) : std::nullopt;
    const double* const real = value.real();
    if (value.boolean() || value.integer() || (real && std::isfinite(*real)))
        return value;
    return std::nullopt;
}

std::optional<Value> plain(const Value& value) {
    const Array* const array = value.array();
    if (!array)
        return plain_scalar(value);
    Array list;
    for (const Value& element : *array) {
        auto scalar = plain_scalar(element);
        if (!scalar)
            return std::nullopt;
        list.push_back(*std::move(scalar));
    }
    return list;
}

tl::unexpected<Error> cannot_be_given(const std::string& key, const char* why) {
    return fail(Errc::invalid, "The parameter " + key + " cannot be given" + why);
}

/// Whether `key`, with that value, would make another resource of it.
bool renames(const ResourceName& name, const std::string& key, const Value& value, bool may_name) {
    if (key == "name")
        return !value.text() || *value.text() != name.title;
    if (key == "title" || key == "alias")
        return true;
    return listed(other_spellings, Spelling(name.type, key)) && !(may_name && name.type == "exec");
}

/// Whether all that may name such a resource is known, so that its title need not be repeated. A
/// file that is named twice could not pass its parameters on to what is in it.
bool is_named_by_title(const std::string& type) {
    return listed(compound_titles, type) ||
           std::any_of(other_spellings.begin(), other_spellings.end(), [&](const Spelling& known) {
               return known.first == type;
           });
}

}  // namespace

bool is_title(const std::string& text) {
    return text::is_utf8(text) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return c >= 0x20 && c != 0x7f;
           });
}

Expected<Map> checked_parameters(const ResourceName& name, const Map& given, bool may_name) {
    Map parameters;
    for (const Entry& entry : given.entries()) {
        const std::string* const key = entry.key.text();
        if (!key || !is_parameter_name(*key))
            return fail(Errc::invalid, "There is an input whose name no Puppet parameter has");
        if (renames(name, *key, entry.value, may_name))
            return cannot_be_given(*key, ": the name says it");
        if (*key == "name")
            continue;
        if (*key == "provider" && !is_provider_name(entry.value))
            return fail(Errc::invalid, "The parameter provider should be one word");
        auto value = plain(entry.value);
        if (!value)
            return fail(
                Errc::invalid,
                "The parameter " + *key + " should be text, a number, a boolean or a list of them");
        parameters.set(*key, *std::move(value));
        if (parameters.size() > most_parameters)
            return fail(Errc::limit, "There are too many parameters");
    }
    if (!is_named_by_title(name.type))
        parameters.set("name", name.title);
    return parameters;
}

Expected<void> check_no_commands(const ResourceName& name, const Map& parameters) {
    for (const Entry& entry : parameters.entries())
        if (const std::string* key = entry.key.text();
            key && listed(commands, Spelling(name.type, *key)))
            return cannot_be_given(*key, ": Puppet would run what it says");
    return {};
}

Expected<void> check_no_reach(const ResourceName& name, const Map& parameters) {
    for (const Entry& entry : parameters.entries()) {
        const std::string* const key = entry.key.text();
        const std::string value = text::to_s(entry.value);
        const bool reaches = key && listed(far_reaching, Spelling(name.type, *key)) &&
                             value != "false" && value != "no";
        if (reaches || (key && names_other_file(name.type, *key)))
            return cannot_be_given(*key, ": it reaches more than the name says");
    }
    return {};
}

bool tells_content(const std::string& type, const Map& parameters) {
    const auto& entries = parameters.entries();
    return listed(content_types, type) ||
           std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
               return entry.key.text() && names_other_file(type, *entry.key.text());
           });
}

}  // namespace mco::puppet
