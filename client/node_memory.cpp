#include "client/node_memory.hpp"

#include "core/serializer/json.hpp"
#include "system/files.hpp"
#include "system/private_files.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mco::client {

namespace {

constexpr std::int64_t format = 1;
constexpr std::size_t largest_file = 8u << 20;

std::int64_t seconds(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Array texts(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    Array array;
    for (auto& name : names)
        array.emplace_back(std::move(name));
    return array;
}

std::string text_at(const Value& map, std::string_view name) {
    const auto* value = map.find(name);
    const auto* text = value == nullptr ? nullptr : value->string();
    return text == nullptr ? std::string() : *text;
}

std::int64_t number_at(const Value& map, std::string_view name) {
    const auto* value = map.find(name);
    const auto* number = value == nullptr ? nullptr : value->integer();
    return number == nullptr ? 0 : *number;
}

const Array& array_at(const Value& map, std::string_view name) {
    static const Array none;
    const auto* value = map.find(name);
    const auto* array = value == nullptr ? nullptr : value->array();
    return array == nullptr ? none : *array;
}

}  // namespace

std::string text_of(const filter::Filter& filter) {
    Map parts;
    for (const auto& [name, entries] : {std::pair("class", &filter.classes),
                                        std::pair("agent", &filter.agents),
                                        std::pair("identity", &filter.identities)})
        if (!entries->empty())
            parts.set(name, texts(*entries));
    std::vector<std::string> facts;
    for (const auto& test : filter.facts)
        facts.push_back(test.fact + ' ' + test.op + ' ' + test.value);
    if (!facts.empty())
        parts.set("fact", texts(std::move(facts)));
    if (!filter.compound.empty())
        parts.set("compound", Array(filter.compound));
    return serializer::encode_json(parts);
}

NodeMemory NodeMemory::read(std::string_view text) {
    serializer::Limits limits;
    limits.bytes = largest_file;
    limits.nodes = 1'000'000;
    const auto root = serializer::decode_json(text, limits);
    if (!root || number_at(*root, "version") != format)
        return {};
    NodeMemory memory;
    for (const auto& place : array_at(*root, "places")) {
        auto& known = memory.places_[{text_at(place, "config"), text_at(place, "collective")}];
        for (const auto& node : array_at(place, "seen"))
            known.seen[text_at(node, "node")] = number_at(node, "time");
        for (const auto& one : array_at(place, "discoveries")) {
            auto& discovery = known.discoveries[text_at(one, "filter")];
            discovery.time = number_at(one, "time");
            for (const auto& [list, answered] :
                 {std::pair("answered", true), std::pair("silent", false)})
                for (const auto& node : array_at(one, list))
                    if (const auto* name = node.string())
                        discovery.nodes[*name] = answered;
        }
    }
    return memory;
}

std::string NodeMemory::write() const {
    Array places;
    for (const auto& [key, place] : places_) {
        Array seen;
        for (const auto& [node, time] : place.seen)
            seen.emplace_back(Map{{"node", node}, {"time", time}});
        Array discoveries;
        for (const auto& [filter, discovery] : place.discoveries) {
            Array answered;
            Array silent;
            for (const auto& [node, there] : discovery.nodes)
                (there ? answered : silent).emplace_back(node);
            discoveries.emplace_back(Map{{"filter", filter},
                                         {"time", discovery.time},
                                         {"answered", std::move(answered)},
                                         {"silent", std::move(silent)}});
        }
        places.emplace_back(Map{{"config", key.first},
                                {"collective", key.second},
                                {"seen", std::move(seen)},
                                {"discoveries", std::move(discoveries)}});
    }
    return serializer::encode_json(Map{{"version", format}, {"places", std::move(places)}}) + '\n';
}

const NodeMemory::Discovery* NodeMemory::find(const MemoryScope& scope,
                                              const std::string& filter) const {
    const auto place = places_.find(key(scope));
    if (place == places_.end())
        return nullptr;
    const auto found = place->second.discoveries.find(filter);
    return found == place->second.discoveries.end() ? nullptr : &found->second;
}

std::vector<std::string> NodeMemory::answered(const MemoryScope& scope,
                                              const std::string& filter) const {
    std::vector<std::string> names;
    if (const auto* discovery = find(scope, filter))
        for (const auto& [node, there] : discovery->nodes)
            if (there)
                names.push_back(node);
    return names;
}

std::vector<std::string> NodeMemory::expected(const MemoryScope& scope,
                                              const std::string& filter,
                                              TimePoint now) const {
    std::vector<std::string> names;
    if (const auto* discovery = find(scope, filter))
        for (const auto& [node, there] : discovery->nodes)
            if (const auto seen = last_seen(scope, node); seen && now - *seen <= longest)
                names.push_back(node);
    return names;
}

std::optional<TimePoint> NodeMemory::last_seen(const MemoryScope& scope,
                                               const std::string& node) const {
    const auto place = places_.find(key(scope));
    if (place == places_.end())
        return std::nullopt;
    const auto found = place->second.seen.find(node);
    if (found == place->second.seen.end())
        return std::nullopt;
    return TimePoint(std::chrono::seconds(found->second));
}

void NodeMemory::discovered(const MemoryScope& scope,
                            const std::string& filter,
                            const std::vector<std::string>& nodes,
                            TimePoint now) {
    seen(scope, nodes, now);
    auto& discovery = places_[key(scope)].discoveries[filter];
    note(discovery.time, seconds(now));
    auto before = discovery.nodes;
    for (auto& [node, there] : discovery.nodes)
        there = false;
    for (const auto& node : nodes)
        discovery.nodes[node] = true;
    changed_ = changed_ || discovery.nodes != before;
    shrink(now);
}

void NodeMemory::seen(const MemoryScope& scope,
                      const std::vector<std::string>& nodes,
                      TimePoint now) {
    auto& place = places_[key(scope)];
    for (const auto& node : nodes)
        note(place.seen[node], seconds(now));
}

void NodeMemory::note(std::int64_t& old, std::int64_t time) {
    if (time - old < resolution.count() && time >= old)
        return;
    old = time;
    changed_ = true;
}

void NodeMemory::no_longer_matches(const MemoryScope& scope,
                                   const std::string& filter,
                                   const std::string& node) {
    const auto place = places_.find(key(scope));
    if (place == places_.end())
        return;
    if (const auto found = place->second.discoveries.find(filter);
        found != place->second.discoveries.end())
        changed_ = found->second.nodes.erase(node) > 0 || changed_;
}

void NodeMemory::forget(const std::string& node) {
    changed_ = true;
    for (auto& [name, place] : places_) {
        place.seen.erase(node);
        for (auto& [filter, discovery] : place.discoveries)
            discovery.nodes.erase(node);
    }
}

std::vector<std::string> NodeMemory::names() const {
    std::set<std::string> names;
    for (const auto& [name, place] : places_)
        for (const auto& [node, time] : place.seen)
            names.insert(node);
    return {names.begin(), names.end()};
}

/// Keeps to the bounds: old sightings go, then the discoveries that nobody has repeated for
/// longest.
void NodeMemory::shrink(TimePoint now) {
    const auto oldest = seconds(now - longest);
    for (auto& [name, place] : places_) {
        std::erase_if(place.seen, [oldest](const auto& entry) { return entry.second < oldest; });
        for (auto& [filter, discovery] : place.discoveries)
            std::erase_if(discovery.nodes, [&place = place](const auto& entry) {
                return !place.seen.contains(entry.first);
            });
    }
    for (;;) {
        std::size_t discoveries = 0;
        std::size_t nodes = 0;
        for (const auto& [name, place] : places_) {
            discoveries += place.discoveries.size();
            nodes += place.seen.size();
            for (const auto& [filter, discovery] : place.discoveries)
                nodes += discovery.nodes.size();
        }
        if (discoveries <= 1 || (discoveries <= most_discoveries && nodes <= most_nodes))
            break;
        drop_oldest_discovery();
    }
    std::erase_if(places_, [](const auto& entry) {
        return entry.second.seen.empty() && entry.second.discoveries.empty();
    });
}

/// With it go the nodes that no other discovery of its place has found.
void NodeMemory::drop_oldest_discovery() {
    Place* holder = nullptr;
    std::map<std::string, Discovery>::iterator oldest;
    for (auto& [name, place] : places_)
        for (auto at = place.discoveries.begin(); at != place.discoveries.end(); ++at)
            if (holder == nullptr || at->second.time < oldest->second.time) {
                holder = &place;
                oldest = at;
            }
    const auto dropped = std::move(oldest->second.nodes);
    holder->discoveries.erase(oldest);
    for (const auto& [node, there] : dropped) {
        const bool elsewhere = std::any_of(
            holder->discoveries.begin(), holder->discoveries.end(), [&node = node](const auto& d) {
                return d.second.nodes.contains(node);
            });
        if (!elsewhere)
            holder->seen.erase(node);
    }
}

NodeMemory& NodeMemoryFile::memory() {
    if (!memory_) {
        const auto text =
            path_.empty() ? Expected<std::string>("") : system::read_file(path_, largest_file);
        memory_ = text ? NodeMemory::read(*text) : NodeMemory();
    }
    return *memory_;
}

Expected<void> NodeMemoryFile::save() {
    if (path_.empty() || !memory_ || !memory_->changed())
        return {};
    return system::write_private_file(path_, memory_->write());
}

std::string node_memory_path(const std::string* setting, const std::string& cache_folder) {
    if (setting != nullptr)
        return *setting == "0" ? std::string() : *setting;
    return cache_folder.empty() ? cache_folder : cache_folder + "/known_nodes.json";
}

}  // namespace mco::client
