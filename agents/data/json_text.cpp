#include "agents/data/json_text.hpp"

#include <nlohmann/json.hpp>

namespace mco::agents {
namespace {

using Json = nlohmann::ordered_json;

struct ToJson {
    Json operator()(std::monostate) const { return nullptr; }

    Json operator()(bool flag) const { return flag; }

    Json operator()(std::int64_t number) const { return number; }

    Json operator()(double number) const { return number; }

    Json operator()(const std::string& text) const { return text; }

    Json operator()(const Symbol& symbol) const { return symbol.name; }

    Json operator()(const Regexp& pattern) const { return pattern.source; }

    Json operator()(const Array& array) const {
        Json json = Json::array();
        for (const Value& value : array)
            json.push_back(std::visit(*this, value.data()));
        return json;
    }

    Json operator()(const Map& map) const {
        Json json = Json::object();
        for (const Entry& entry : map.entries())
            if (const std::string* key = entry.key.text())
                json[*key] = std::visit(*this, entry.value.data());
        return json;
    }
};

}  // namespace

std::string json_text(const Value& value) {
    return std::visit(ToJson{}, value.data()).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mco::agents
