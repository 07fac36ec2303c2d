#include "core/security/x509/content_fields.hpp"

#include <algorithm>
#include <utility>

namespace mco::x509 {

namespace {

constexpr std::uint8_t ignore_case = 1;  // Regexp::options
constexpr std::uint8_t extended = 2;
constexpr std::uint8_t dot_all = 4;

Array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

/// A pattern's source with its options inside, in the syntax of Ruby.
std::string pattern_text(const Regexp& regexp) {
    std::string letters;
    if ((regexp.options & dot_all) != 0)
        letters += 'm';
    if ((regexp.options & ignore_case) != 0)
        letters += 'i';
    if ((regexp.options & extended) != 0)
        letters += 'x';
    return letters.empty() ? regexp.source : "(?" + letters + ":" + regexp.source + ")";
}

Value without_patterns(const Value& value) {
    if (const auto* regexp = value.regexp())
        return pattern_text(*regexp);
    if (const auto* array = value.array()) {
        Array copy;
        for (const auto& member : *array)
            copy.push_back(without_patterns(member));
        return copy;
    }
    if (const auto* map = value.map()) {
        Map copy;
        for (const auto& [key, member] : map->entries())
            copy.set(key.text() != nullptr ? Value(*key.text()) : key, without_patterns(member));
        return copy;
    }
    return value;
}

Expected<const Array*> array_field(const Map& object, std::string_view name) {
    const Value* found = object.find(name);
    if (found == nullptr || found->array() == nullptr)
        return fail(Errc::malformed, "the filter has no list \"" + std::string(name) + "\"");
    return found->array();
}

Expected<std::vector<std::string>> texts_field(const Map& object, std::string_view name) {
    MCO_TRY(list, array_field(object, name));
    std::vector<std::string> found;
    for (const auto& member : *list) {
        if (member.string() == nullptr)
            return fail(Errc::malformed,
                        "filter \"" + std::string(name) + "\" has a member that is no text");
        found.push_back(*member.string());
    }
    return found;
}

Expected<std::vector<filter::FactTest>> facts_field(const Map& object) {
    MCO_TRY(list, array_field(object, "fact"));
    std::vector<filter::FactTest> found;
    for (const auto& member : *list) {
        if (member.map() == nullptr || member.map()->size() != 3)
            return fail(Errc::malformed, "a fact filter is not made of fact, operator and value");
        MCO_TRY(fact, text_field(*member.map(), "fact"));
        MCO_TRY(value, text_field(*member.map(), "value"));
        MCO_TRY(op, text_field(*member.map(), "operator"));
        found.push_back({std::move(fact), std::move(value), std::move(op)});
    }
    return found;
}

bool is_scalar(const Value& value) {
    return value.array() == nullptr && value.map() == nullptr;
}

/// `{"fstatement": {name, operator, r_compare, …: scalar}}` or `{"word": "text"}`.
bool is_stack_entry(const Value& value) {
    if (value.map() == nullptr || value.map()->size() != 1)
        return false;
    const Value& content = value.map()->entries().front().value;
    if (value.find("fstatement") == nullptr)
        return content.string() != nullptr;
    if (content.map() == nullptr)
        return false;
    const auto& members = content.map()->entries();
    return std::all_of(
        members.begin(), members.end(), [](const Entry& entry) { return is_scalar(entry.value); });
}

Expected<std::vector<Value>> stacks_field(const Map& object) {
    MCO_TRY(list, array_field(object, "compound"));
    for (const auto& stack : *list) {
        if (stack.array() == nullptr)
            return fail(Errc::malformed, "a compound filter is no list");
        for (const auto& entry : *stack.array()) {
            if (!is_stack_entry(entry))
                return fail(Errc::malformed, "a compound filter has an entry of unknown form");
        }
    }
    return *list;
}

}  // namespace

Map filter_to_wire(const filter::Filter& filter) {
    Array facts;
    Array stacks;
    for (const auto& test : filter.facts)
        facts.push_back(Map{{"fact", test.fact}, {"operator", test.op}, {"value", test.value}});
    for (const auto& stack : filter.compound)
        stacks.push_back(without_patterns(stack));
    return {{"fact", facts},
            {"cf_class", texts(filter.classes)},
            {"agent", texts(filter.agents)},
            {"identity", texts(filter.identities)},
            {"compound", stacks}};
}

Expected<filter::Filter> filter_from_wire(const Map& wire) {
    if (wire.size() != 5)
        return fail(Errc::malformed, "the filter does not have five keys");
    filter::Filter filter;
    MCO_TRY(facts, facts_field(wire));
    filter.facts = std::move(facts);
    MCO_TRY(classes, texts_field(wire, "cf_class"));
    filter.classes = std::move(classes);
    MCO_TRY(agents, texts_field(wire, "agent"));
    filter.agents = std::move(agents);
    MCO_TRY(identities, texts_field(wire, "identity"));
    filter.identities = std::move(identities);
    MCO_TRY(stacks, stacks_field(wire));
    filter.compound = std::move(stacks);
    return filter;
}

}  // namespace mco::x509
