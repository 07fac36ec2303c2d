#include "core/policy/term.hpp"

#include "core/filter/fact_path.hpp"
#include "core/filter/match.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>
#include <string_view>
#include <vector>

namespace mco::policy {
namespace {

std::optional<double> as_number(std::string_view text) {
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789.") != std::string_view::npos ||
        digits.front() == '.' || digits.back() == '.')
        return std::nullopt;
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    if (stopped != end || problem != std::errc())
        return std::nullopt;
    return number;
}

std::partial_ordering compare(std::string_view left, std::string_view right) {
    const auto left_number = as_number(left);
    const auto right_number = as_number(right);
    if (left_number && right_number)
        return *left_number <=> *right_number;
    return left <=> right;
}

Expected<bool> text_holds(const FactTerm& term, std::string_view text) {
    const auto& [fact, value, op] = term.test;
    if (term.pattern)
        return term.pattern->search(text);
    if (op == "==")
        return text == value;
    if (op == "!=")
        return text != value;
    const auto order = compare(text, value);
    if (op == "<")
        return std::is_lt(order);
    if (op == "<=")
        return std::is_lteq(order);
    return op == ">" ? std::is_gt(order) : std::is_gteq(order);
}

/// The texts that stand for a fact.
std::vector<std::string> texts_of(const Value& fact) {
    std::vector<std::string> texts;
    const auto add = [&texts](const Value& value) {
        if (value.array() == nullptr && value.map() == nullptr)
            texts.push_back(text::to_s(value));
    };
    if (const auto* list = fact.array())
        std::for_each(list->begin(), list->end(), add);
    else if (const auto* map = fact.map())
        std::for_each(map->entries().begin(), map->entries().end(), [&](const Entry& entry) {
            add(entry.key);
        });
    else
        add(fact);
    return texts;
}

Expected<bool> fact_holds(const FactTerm& term, const Map& facts) {
    const auto* fact = filter::find_fact(facts, term.test.fact);
    if (fact == nullptr)
        return false;
    for (const auto& text : texts_of(*fact)) {
        MCO_TRY(held, text_holds(term, text));
        if (held)
            return true;
    }
    return false;
}

Expected<bool> class_holds(const ClassTerm& term, const std::vector<std::string>& classes) {
    if (!term.pattern)
        return std::find(classes.begin(), classes.end(), term.name) != classes.end();
    for (const auto& name : classes) {
        MCO_TRY(found, term.pattern->search(name));
        if (found)
            return true;
    }
    return false;
}

std::string fact_seen(const std::string& name, const Map& facts) {
    const auto* fact = filter::find_fact(facts, name);
    if (fact == nullptr)
        return "there is no fact " + name;
    constexpr std::size_t longest = 200;
    auto text = text::to_s(*fact);
    if (text.size() > longest)
        text = text.substr(0, longest) + "…";
    return "the fact " + name + " is " + text;
}

}  // namespace

Expected<bool> holds(const Term& term, const Subject& subject) {
    if (const auto* fact = std::get_if<FactTerm>(&term)) {
        MCO_CHECK(filter::need_fact(subject.facts, subject.facts_read, fact->test.fact));
        return fact_holds(*fact, subject.facts);
    }
    MCO_CHECK(filter::need_classes(subject.classes_read));
    return class_holds(std::get<ClassTerm>(term), subject.classes);
}

std::string seen(const Term& term, const Subject& subject) {
    if (const auto* fact = std::get_if<FactTerm>(&term))
        return fact_seen(fact->test.fact, subject.facts);
    const auto& wanted = std::get<ClassTerm>(term);
    const bool found = class_holds(wanted, subject.classes).value_or(false);
    return (found ? "there is a class " : "there is no class ") + wanted.name;
}

}  // namespace mco::policy
