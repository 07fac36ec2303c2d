#include "core/message/filter_value.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace mco::message {
namespace {

constexpr std::array<std::string_view, 5> canonical_keys = {"fact",
                                                            "cf_class",
                                                            "agent",
                                                            "identity",
                                                            "compound"};

Array texts(const std::vector<std::string>& entries) {
    return {entries.begin(), entries.end()};
}

Value fact_to_value(const filter::FactTest& test, FactKeys keys) {
    const auto key = [keys](const char* name) {
        return keys == FactKeys::symbols ? Value(Symbol{name}) : Value(name);
    };
    return Map{{key("fact"), test.fact}, {key("value"), test.value}, {key("operator"), test.op}};
}

tl::unexpected<Error> malformed(std::string_view key) {
    return fail(Errc::malformed,
                "the filter's " + std::string(key) + " entries are not of the expected form");
}

Expected<std::string> text_of(const Value& entry, std::string_view key) {
    const auto* text = entry.text();
    if (text == nullptr)
        return malformed(key);
    return *text;
}

/// A client with direct addressing switched off sends `^(a|b)$` as an object.
Expected<std::string> identity_of(const Value& entry) {
    const auto* pattern = entry.regexp();
    if (pattern == nullptr)
        return text_of(entry, "identity");
    return std::string((pattern->options & 1u) != 0 ? "/(?i)" : "/") + pattern->source + "/";
}

Expected<filter::FactTest> fact_of(const Value& entry) {
    const auto* fact = entry.find("fact");
    const auto* value = entry.find("value");
    const auto* op = entry.find("operator");
    if (fact == nullptr || value == nullptr || op == nullptr)
        return malformed("fact");
    MCO_TRY(fact_text, text_of(*fact, "fact"));
    MCO_TRY(value_text, text_of(*value, "fact"));
    MCO_TRY(op_text, text_of(*op, "fact"));
    return filter::FactTest{std::move(fact_text), std::move(value_text), std::move(op_text)};
}

Expected<void> read_texts(const Array& entries,
                          std::string_view key,
                          std::vector<std::string>& into) {
    for (const auto& entry : entries) {
        MCO_TRY(text, text_of(entry, key));
        into.push_back(std::move(text));
    }
    return {};
}

Expected<void> read_identities(const Array& entries, std::vector<std::string>& into) {
    for (const auto& entry : entries) {
        MCO_TRY(identity, identity_of(entry));
        into.push_back(std::move(identity));
    }
    return {};
}

Expected<void> read_facts(const Array& entries, std::vector<filter::FactTest>& into) {
    for (const auto& entry : entries) {
        MCO_TRY(test, fact_of(entry));
        into.push_back(std::move(test));
    }
    return {};
}

bool names_classes(std::string_view key) {
    return key.find("cf_class") != std::string_view::npos ||
           key.find("puppet_class") != std::string_view::npos;
}

/// Keys that mean nothing to us are skipped, whatever they hold.
Expected<void> read_key(std::string_view key, const Value& value, filter::Filter& into) {
    const bool compound = key == "compound";
    const bool known =
        compound || names_classes(key) || key == "agent" || key == "fact" || key == "identity";
    if (!known)
        return {};
    const auto* entries = value.array();
    if (entries == nullptr)
        return malformed(key);
    if (compound)
        into.compound.insert(into.compound.end(), entries->begin(), entries->end());
    else if (names_classes(key))
        return read_texts(*entries, key, into.classes);
    else if (key == "agent")
        return read_texts(*entries, key, into.agents);
    else if (key == "identity")
        return read_identities(*entries, into.identities);
    else
        return read_facts(*entries, into.facts);
    return {};
}

bool is_canonical(const Map& map) {
    const auto has = [&map](std::string_view key) {
        const auto named = [key](const Entry& entry) {
            return entry.key.string() != nullptr && *entry.key.string() == key;
        };
        return std::any_of(map.entries().begin(), map.entries().end(), named);
    };
    return map.size() == canonical_keys.size() &&
           std::all_of(canonical_keys.begin(), canonical_keys.end(), has);
}

}  // namespace

Map filter_to_value(const filter::Filter& filter, FactKeys keys) {
    Array facts;
    for (const auto& test : filter.facts)
        facts.push_back(fact_to_value(test, keys));
    return Map{{"fact", std::move(facts)},
               {"cf_class", texts(filter.classes)},
               {"agent", texts(filter.agents)},
               {"identity", texts(filter.identities)},
               {"compound", filter.compound}};
}

Expected<filter::Filter> filter_from_value(const Value& value) {
    const auto* map = value.map();
    if (map == nullptr)
        return fail(Errc::malformed, "the filter is not a map");
    filter::Filter filter;
    for (const auto& [key, entries] : map->entries())
        if (const auto* name = key.string())
            MCO_CHECK(read_key(*name, entries, filter));
    filter.other_keys = !map->empty() && !is_canonical(*map);
    return filter;
}

}  // namespace mco::message
