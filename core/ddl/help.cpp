#include "core/ddl/help.hpp"

#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace mco::ddl {
namespace {

/// `     Label: value`, the label right-aligned to `width`.
std::string row(std::size_t width, std::string_view label, std::string_view value) {
    const std::string blanks(width - std::min(width, label.size()), ' ');
    return blanks + std::string(label) + ": " + std::string(value) + "\n";
}

template <class Named>
std::vector<const Named*> sorted(const std::vector<Named>& items) {
    std::vector<const Named*> pointers;
    pointers.reserve(items.size());
    for (const auto& item : items)
        pointers.push_back(&item);
    std::sort(pointers.begin(), pointers.end(), [](const Named* a, const Named* b) {
        return a->name < b->name;
    });
    return pointers;
}

std::string shown_validation(const Input& input) {
    if (const auto* pattern = std::get_if<Pattern>(&input.validation))
        return pattern->regexp ? text::to_s(Regexp{pattern->source, pattern->options})
                               : pattern->source;
    if (const auto* validator = std::get_if<ValidatorName>(&input.validation))
        return validator->name;
    return input.list.empty() ? "" : text::inspect(input.list);
}

bool worth_showing(const Value& value) {
    return !value.is_nil() && value != Value(false);
}

constexpr std::size_t attribute_width = 25;

std::string attributes(const Input& input, bool with_optional) {
    auto text = row(attribute_width, "Description", input.description) +
                row(attribute_width, "Prompt", input.prompt) +
                row(attribute_width, "Type", input.type);
    if (with_optional)
        text += row(attribute_width, "Optional", input.optional ? "true" : "false");
    if (input.type == "string")
        text += row(attribute_width, "Validation", shown_validation(input)) +
                row(attribute_width, "Length", std::to_string(input.maxlength));
    else if (input.type == "list")
        text += row(attribute_width, "Valid Values", text::joined(input.list));
    if (worth_showing(input.default_value))
        text += row(attribute_width, "Default Value", text::to_s(input.default_value));
    return text;
}

std::string attributes(const Output& output, bool with_default) {
    auto text = row(attribute_width, "Description", output.description) +
                row(attribute_width, "Display As", output.display_as);
    if (with_default && worth_showing(output.default_value))
        text += row(attribute_width, "Default Value", text::to_s(output.default_value));
    return text;
}

std::string item_heading(const std::string& name) {
    return "           " + name + ":\n";
}

std::string action_help(const Action& action) {
    auto text = "   " + action.name + " action:\n   " +
                std::string(text::utf8_length(action.name) + 8, '-') + "\n       " +
                action.description + "\n\n       INPUT:\n";
    for (const auto* input : sorted(action.inputs))
        text += item_heading(input->name) + attributes(*input, true) + "\n";
    if (action.inputs.empty())
        text += "          This action has no inputs\n";
    text += "\n       OUTPUT:\n";
    for (const auto* output : sorted(action.outputs))
        text += item_heading(output->name) + attributes(*output, true) + "\n";
    return text;
}

std::string agent_help(const Ddl& ddl) {
    std::string names;
    std::string actions;
    for (const auto* action : sorted(ddl.actions)) {
        names += (names.empty() ? "" : ", ") + action->name;
        actions += action_help(*action);
    }
    return "\nACTIONS:\n========\n   " + names + "\n\n" + actions;
}

std::string data_help(const Ddl& ddl) {
    const auto* query = ddl.action("data");
    if (query == nullptr)
        return "";
    std::string text = "\nQUERY FUNCTION INPUT:\n\n";
    const auto* input = query->input("query");
    text += input == nullptr ? "    This plugin takes no input\n" : attributes(*input, false);
    text += "\nQUERY FUNCTION OUTPUT:\n\n";
    for (const auto* output : sorted(query->outputs))
        text += item_heading(output->name) + attributes(*output, false) + "\n";
    return text;
}

std::string discovery_help(const Ddl& ddl) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> sentences = {
        {{"classes", "Finds nodes by their configuration management classes"},
         {"facts", "Finds nodes by their facts"},
         {"identity", "Finds nodes by their identity"},
         {"agents", "Finds nodes by the agents they run"},
         {"compound", "Finds nodes by expressions over classes and facts"}}};
    std::string text = "\nDISCOVERY METHOD CAPABILITIES:\n";
    for (const auto& [capability, sentence] : sentences) {
        if (std::find(ddl.capabilities.begin(), ddl.capabilities.end(), capability) !=
            ddl.capabilities.end())
            text += "      " + std::string(sentence) + "\n";
    }
    return text + "\n";
}

std::string heading(const Ddl& ddl, std::size_t columns) {
    const auto& about = ddl.metadata;
    constexpr std::size_t width = 12;
    auto text = about.name + "\n" + std::string(text::utf8_length(about.name), '=') + "\n\n" +
                about.description + "\n\n" + row(width, "Author", about.author) +
                row(width, "Version", about.version) + row(width, "License", about.license) +
                row(width, "Timeout", std::to_string(about.timeout)) +
                row(width, "Home Page", about.url);
    if (!ddl.requires_version.empty())
        text += "\n   Requires MCollective " + ddl.requires_version + " or newer\n";
    if (!ddl.usage.empty())
        text += "\n" + wrapped(ddl.usage, columns, 3) + "\n";
    return text;
}

}  // namespace

std::string help(const Ddl& ddl, std::size_t columns) {
    auto text = heading(ddl, columns == 0 ? 80 : columns);
    switch (ddl.kind) {
        case Kind::agent:
            return text + agent_help(ddl);
        case Kind::data:
            return text + data_help(ddl);
        case Kind::discovery:
            return text + discovery_help(ddl);
        case Kind::validator:
        case Kind::aggregate:
        case Kind::connector:
            break;
    }
    return text;
}

}  // namespace mco::ddl
