#include "agents/puppet/resource_catalog.hpp"

#include "core/serializer/json.hpp"
#include "puppet/resource_parameters.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace mco::puppet {
namespace {

constexpr std::size_t largest_catalog = 1u << 20;

bool is_word(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

bool is_type(std::string_view text) {
    for (;;) {
        const std::size_t end = text.find("::");
        if (!is_word(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 2);
    }
}

/// The inputs but those that are about the request itself.
Map parameters_among(const Map& inputs) {
    Map given;
    for (const Entry& input : inputs.entries()) {
        const std::string* const key = input.key.text();
        if (!key || (*key != "name" && *key != "type" && *key != "process_results"))
            given.entries().push_back(input);
    }
    return given;
}

}  // namespace

Expected<std::string> catalog_of(const ResourceName& name, const Map& inputs, bool may_name) {
    if (!is_type(name.type))
        return fail(Errc::invalid, "The type is not the name of a Puppet type");
    if (!is_title(name.title))
        return fail(Errc::invalid, "The name is not one line of text");
    MCO_TRY(parameters, checked_parameters(name, parameters_among(inputs), may_name));
    // `kind` keeps Puppet from taking an unknown type for something that needs no work.
    const Map resource = {{"type", name.type},
                          {"title", name.title},
                          {"exported", false},
                          {"kind", "compilable_type"},
                          {"parameters", std::move(parameters)}};
    const Map catalog = {{"name", "mcollective"},
                         {"version", "mcollective"},
                         {"catalog_format", 1},
                         {"environment", ""},
                         {"resources", Array{resource}},
                         {"edges", Array()},
                         {"classes", Array()}};
    std::string text = serializer::encode_json(catalog);
    if (text.size() > largest_catalog)
        return fail(Errc::limit, "The parameters are too large");
    return text;
}

}  // namespace mco::puppet
