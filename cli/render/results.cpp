#include "cli/render/results.hpp"

#include "cli/render/pretty.hpp"
#include "cli/render/text.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mco::render {

namespace {

using client::Result;
using ddl::Display;

/// Lines after the first are indented; there is no newline at the end.
std::string hanging(std::string_view text, std::size_t indent) {
    std::string joined;
    for (const auto line : lines(text)) {
        if (!joined.empty())
            joined += '\n' + std::string(indent, ' ');
        joined += line;
    }
    return joined;
}

struct Field {
    std::string key;
    std::string label;
    const Value* value = nullptr;
};

std::vector<Field> fields_of(const Map& data, const ddl::Action& action) {
    std::vector<Field> fields;
    for (const auto& [key, value] : data.entries()) {
        auto name = text::to_s(key);
        const auto* output = action.output(name);
        fields.push_back(
            {name,
             output != nullptr && !output->display_as.empty() ? output->display_as : name,
             &value});
    }
    std::stable_sort(
        fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.key < b.key; });
    return fields;
}

/// `widest` is the length of the longest label of the node.
std::string field_text(const Field& field, std::size_t widest, const ResultStyle& style) {
    const auto label = std::string(3 + widest - length(field.label), ' ') + field.label + ':';
    const auto* string = field.value->string();
    const auto text = string != nullptr ? *string : pretty(*field.value, style.pretty_width);
    if (lines(text).empty())
        return label + '\n';
    return label + ' ' + hanging(text, widest + 5) + '\n';
}

std::string node_block(const Result& result, const ddl::Action& action, const ResultStyle& style) {
    auto text = left(result.sender, 40) + ' ';
    if (const auto word = status_word(result.status); !word.empty())
        text += style.palette.paint(status_colour(result.status), word);
    text += '\n';
    if (result.message != "OK")
        text += "   " + style.palette.paint(Colour::yellow, result.message) + '\n';
    if (result.status == 0)
        text += data_text(result.data, action, style);
    return text + '\n';
}

/// Without senders and labels; deprecated, but DDLs still ask for it.
std::string flat_block(const Result& result, const ResultStyle& style) {
    if (result.status > 1)
        return {};
    const auto* string = result.data.string();
    return string != nullptr ? *string : pretty(result.data, style.pretty_width) + '\n';
}

/// The verbose form joins the lines of the data without newlines: scripts know it that way (trap
/// T15).
std::string verbose_block(const Result& result, const ResultStyle& style) {
    auto text = left(result.sender, 40) + ": " + result.message + '\n';
    if (result.status <= 1) {
        const auto data = pretty(result.data, style.pretty_width);
        for (const auto line : lines(data))
            text += "    " + std::string(line);
        return text + "\n\n";
    }
    return result.status <= 4 ? text : text + "    " + result.message;
}

std::string block(const Result& result,
                  const ddl::Action& action,
                  Display display,
                  const ResultStyle& style) {
    if (style.verbose)
        return verbose_block(result, style);
    if (display == Display::flatten)
        return flat_block(result, style);
    return is_shown(result, display) ? node_block(result, action, style) : std::string();
}

}  // namespace

std::string result_block(const std::vector<Result>& results,
                         const ddl::Action& action,
                         Display display,
                         const ResultStyle& style) {
    std::string text = "\n";
    for (const auto& result : results)
        text += block(result, action, display, style);
    return text + '\n';
}

bool is_shown(const Result& result, Display display) {
    if (display == Display::ok)
        return result.status == 0;
    return display != Display::failed || result.status > 0;
}

std::string_view status_word(int status) {
    constexpr std::array<std::string_view, 6> words = {"",
                                                       "Request Aborted",
                                                       "Unknown Action",
                                                       "Missing Request Data",
                                                       "Invalid Request Data",
                                                       "Unknown Request Status"};
    const auto place = static_cast<std::size_t>(status);
    return status < 0 || place >= words.size() ? std::string_view() : words[place];
}

Colour status_colour(int status) {
    if (status == 0)
        return Colour::normal;
    return status >= 2 && status <= 4 ? Colour::yellow : Colour::red;
}

std::string data_text(const Value& data, const ddl::Action& action, const ResultStyle& style) {
    const auto* map = data.map();
    if (map == nullptr) {
        std::string text = "\n\t";
        for (const char c : pretty(data, style.pretty_width)) {
            text += c;
            if (c == '\n')
                text += '\t';
        }
        return text;
    }
    const auto fields = fields_of(*map, action);
    std::size_t widest = 0;
    for (const auto& field : fields)
        widest = std::max(widest, length(field.label));
    std::string text;
    for (const auto& field : fields)
        text += field_text(field, widest, style);
    return text;
}

}  // namespace mco::render
