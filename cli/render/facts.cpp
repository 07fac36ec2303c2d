#include "cli/render/facts.hpp"

#include "cli/render/text.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace mco::render {

std::vector<FactValue> fact_values(const std::vector<client::Result>& results) {
    std::map<std::string, FactValue> by_text;
    for (const auto& result : results) {
        const auto* value = result.data.find("value");
        if (value == nullptr || value->is_nil())
            continue;
        auto text = text::to_s(*value);
        auto& known = by_text[text];
        if (known.nodes.empty())
            known = {*value, std::move(text), {}};
        known.nodes.push_back(result.sender);
    }
    std::vector<FactValue> values;
    for (auto& [text, value] : by_text) {
        std::sort(value.nodes.begin(), value.nodes.end());
        values.push_back(std::move(value));
    }
    return values;
}

std::string fact_report(std::string_view fact, const std::vector<FactValue>& values, bool verbose) {
    if (values.empty())
        return fmt::format("No values found for fact {}\n", fact);
    std::size_t width = 40;
    for (const auto& value : values)
        width = std::max(width, length(value.text));
    auto text = fmt::format("Report for fact: {}\n\n", fact);
    for (const auto& value : values) {
        text +=
            fmt::format("        {} found {} times\n", left(value.text, width), value.nodes.size());
        if (!verbose)
            continue;
        text += '\n';
        for (const auto& node : value.nodes)
            text += "            " + node + '\n';
        text += '\n';
    }
    return text;
}

Value fact_object(std::string_view fact, const FactValue& value) {
    return Map{{"fact", fact},
               {"value", value.value},
               {"count", static_cast<std::int64_t>(value.nodes.size())},
               {"nodes", Array(value.nodes.begin(), value.nodes.end())}};
}

}  // namespace mco::render
