#include "agents/puppetral/wishes.hpp"

#include "core/ral/secrets.hpp"
#include "core/serializer/json.hpp"
#include "puppet/resource_parameters.hpp"
#include "puppet/resource_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace mco::puppetral {
namespace {

constexpr std::size_t most_resources_at_once = 64;
constexpr std::size_t longest_title = 1'024;
constexpr std::size_t largest_wish = 1u << 20;  // bytes of all parameters as JSON

/// Inputs of actions that are no parameters.
constexpr std::array<std::string_view, 5> own_inputs = {"type",
                                                        "title",
                                                        "avoid_conflict",
                                                        "parameters",
                                                        "process_results"};

tl::unexpected<Error> refused(const std::string& reference, const std::string& why) {
    return fail(Errc::invalid, reference + ": " + why);
}

Expected<void> check_values(const Map& parameters) {
    for (const auto& [key, value] : parameters.entries()) {
        const std::string about = "The parameter " + *key.text();
        if (*key.text() == "noop")
            return fail(Errc::invalid, about + " cannot be given: the action says it");
        if (ral::is_hidden(value))
            return fail(Errc::invalid, about + " has a value that was hidden");
        if (ral::is_scrubbed(value))
            return fail(Errc::invalid, about + " has a value of which bytes were lost");
    }
    return {};
}

Expected<Map> fit_parameters(const puppet::ResourceName& name, const Map& given) {
    MCO_TRY(parameters, puppet::checked_parameters(name, given, false));
    MCO_CHECK(check_values(parameters));
    MCO_CHECK(puppet::check_no_commands(name, parameters));
    if (serializer::encode_json(parameters).size() > largest_wish)
        return fail(Errc::limit, "The parameters are too large");
    return parameters;
}

Expected<ral::Resource> wished(const std::string& type,
                               const std::string& title,
                               const Map& given) {
    if (!ral::is_type_name(type))
        return fail(Errc::invalid, "The type is not the name of a Puppet type");
    if (title.empty() || title.size() > longest_title || !puppet::is_title(title))
        return fail(Errc::invalid, "The title is not one line of text");
    const puppet::ResourceName name{puppet::lower_case(type), title};
    auto parameters = fit_parameters(name, given);
    if (!parameters)
        return refused(name.reference(), parameters.error().message);
    return ral::Resource{name.type, title, *std::move(parameters), {}, false};
}

Map other_inputs(const Map& inputs) {
    Map others;
    for (const auto& entry : inputs.entries()) {
        const std::string* const key = entry.key.text();
        if (!key || std::find(own_inputs.begin(), own_inputs.end(), *key) == own_inputs.end())
            others.entries().push_back(entry);
    }
    return others;
}

std::string text_of(const Map& map, std::string_view name) {
    const Value* const value = map.find(name);
    return value && value->text() ? *value->text() : std::string();
}

}  // namespace

Expected<ral::Resource> wished_resource(const Map& inputs) {
    Map parameters = other_inputs(inputs);
    if (const Value* const given = inputs.find("parameters")) {
        if (!given->map())
            return fail(Errc::invalid, "The parameters are no hash");
        if (!parameters.empty())
            return fail(Errc::invalid, "There are parameters, and further inputs as well");
        parameters = *given->map();
    }
    return wished(text_of(inputs, "type"), text_of(inputs, "title"), parameters);
}

Expected<std::vector<ral::Resource>> wished_resources(const Map& inputs) {
    const Value* const given = inputs.find("resources");
    const Array* const list = given ? given->array() : nullptr;
    if (!list || list->empty() || list->size() > most_resources_at_once)
        return fail(Errc::invalid,
                    "The resources are no list of 1 to " + std::to_string(most_resources_at_once));
    std::vector<ral::Resource> resources;
    for (const Value& element : *list) {
        MCO_TRY(read, ral::read_resource(element));
        MCO_TRY(resource, wished(read.type, read.title, read.parameters));
        resources.push_back(std::move(resource));
    }
    return resources;
}

}  // namespace mco::puppetral
