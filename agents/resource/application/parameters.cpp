#include "agents/resource/application/parameters.hpp"

#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mco::resource::application {

std::string cell_text(const Value& value) {
    if (value.is_nil())
        return "undef";
    if (value.map() != nullptr)
        return serializer::encode_json(value);
    const auto* list = value.array();
    if (list == nullptr)
        return text::to_s(value);
    std::string text;
    for (const auto& one : *list)
        text += (text.empty() ? "" : ", ") + cell_text(one);
    return list->empty() ? "[]" : text;
}

Map parameters_of(std::string_view json) {
    auto value = serializer::decode_json(json);
    return value && value->map() != nullptr ? std::move(*value->map()) : Map();
}

bool ParameterRow::differs() const {
    return std::any_of(
        values.begin(), values.end(), [&](const auto& one) { return one != values.front(); });
}

std::vector<ParameterRow> parameter_rows(const std::vector<Map>& variants) {
    std::map<std::string, std::vector<std::string>> by_name;
    for (std::size_t i = 0; i < variants.size(); ++i)
        for (const auto& [key, value] : variants[i].entries()) {
            auto& values = by_name[text::to_s(key)];
            values.resize(variants.size());
            values[i] = cell_text(value);
        }
    std::vector<ParameterRow> rows;
    for (auto& [name, values] : by_name)
        rows.push_back({name, std::move(values)});
    std::stable_sort(rows.begin(), rows.end(), [](const ParameterRow& a, const ParameterRow& b) {
        return std::pair(!a.differs(), a.name != "ensure") <
               std::pair(!b.differs(), b.name != "ensure");
    });
    return rows;
}

}  // namespace mco::resource::application
