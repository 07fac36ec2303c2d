#include "client/render/results.hpp"

#include "client/render/pretty.hpp"
#include "client/render/text.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <utility>

namespace mco::render {

namespace {

using client::Result;
using ddl::Display;

std::string status_word(int status, const Palette& palette) {
    switch (status) {
        case 1:
            return palette.paint(Colour::red, "Request Aborted");
        case 2:
            return palette.paint(Colour::yellow, "Unknown Action");
        case 3:
            return palette.paint(Colour::yellow, "Missing Request Data");
        case 4:
            return palette.paint(Colour::yellow, "Invalid Request Data");
        case 5:
            return palette.paint(Colour::red, "Unknown Request Status");
        default:
            return {};
    }
}

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

std::string node_data(const Value& data, const ddl::Action& action, const ResultStyle& style) {
    const auto* map = data.map();
    if (map == nullptr) {
        auto text = "\n\t" + pretty(data, style.pretty_width);
        for (auto at = text.find('\n', 1); at != std::string::npos; at = text.find('\n', at + 1))
            text.insert(at + 1, "\t");
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

std::string node_block(const Result& result, const ddl::Action& action, const ResultStyle& style) {
    auto text = left(result.sender, 40) + ' ' + status_word(result.status, style.palette) + '\n';
    if (result.message != "OK")
        text += "   " + style.palette.paint(Colour::yellow, result.message) + '\n';
    if (result.status == 0)
        text += node_data(result.data, action, style);
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
    const bool shown = display == Display::always ||
                       (display == Display::ok ? result.status == 0 : result.status > 0);
    return shown ? node_block(result, action, style) : std::string();
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

std::string result_json(const std::vector<Result>& results,
                        std::string_view agent,
                        std::string_view action,
                        bool indented) {
    Array array;
    for (const auto& result : results)
        array.push_back(Map{{"agent", agent},
                            {"action", action},
                            {"sender", result.sender},
                            {"statuscode", result.status},
                            {"statusmsg", result.message},
                            {"data", result.data}});
    const auto style = indented ? serializer::Style::pretty : serializer::Style::compact;
    return serializer::encode_json(array, style) + '\n';
}

}  // namespace mco::render
