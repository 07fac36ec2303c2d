#include "core/value.hpp"

#include <algorithm>

namespace mco {

Map::Map(std::initializer_list<Entry> entries) : entries_(entries) {}

const Value* Map::find(std::string_view key) const {
    const auto named = [key](const Entry& entry) {
        const auto* text = entry.key.text();
        return text != nullptr && *text == key;
    };
    const auto found = std::find_if(entries_.begin(), entries_.end(), named);
    return found == entries_.end() ? nullptr : &found->value;
}

Value* Map::find(std::string_view key) {
    return const_cast<Value*>(std::as_const(*this).find(key));
}

void Map::set(Value key, Value value) {
    const auto same = [&key](const Entry& entry) { return entry.key == key; };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same);
    if (found != entries_.end())
        found->value = std::move(value);
    else
        entries_.push_back({std::move(key), std::move(value)});
}

bool Map::operator==(const Map& other) const {
    return entries_ == other.entries_;
}

const std::string* Value::text() const {
    if (const auto* characters = string())
        return characters;
    if (const auto* name = symbol())
        return &name->name;
    return nullptr;
}

const Value* Value::find(std::string_view key) const {
    const auto* entries = map();
    return entries == nullptr ? nullptr : entries->find(key);
}

}  // namespace mco
