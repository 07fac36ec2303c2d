#include "core/filter/compound_filter.hpp"

#include "core/filter/fact_comparison.hpp"
#include "core/filter/fact_path.hpp"
#include "core/filter/name_test.hpp"
#include "core/filter/parse.hpp"

#include <string>
#include <utility>

namespace mco::filter {
namespace {

/// Not known yet: absent.
using Known = std::optional<bool>;

Expected<bool> class_present(const std::string& entry, const Inventory& inventory) {
    MCO_CHECK(need_classes(inventory.classes_read));
    MCO_TRY(test, NameTest::from(entry));
    return test.fits_any(inventory.classes);
}

/// Absent for a class.
std::optional<FactTest> fact_of(const std::string& text) {
    auto test = parse_fact(text);
    if (text.starts_with('/') || !test)
        return std::nullopt;
    return *std::move(test);
}

Expected<bool> statement_holds(const std::string& text, const Inventory& inventory) {
    const auto test = fact_of(text);
    if (!test)
        return class_present(text, inventory);
    MCO_CHECK(need_fact(*inventory.facts, inventory.facts_read, test->fact));
    return satisfies(*test, find_fact(*inventory.facts, test->fact));
}

/// The original never lets a backtick through, in whatever the plug-in would have done with it.
bool never_holds(const DataTest& test) {
    return test.field.empty() || (test.params && test.params->find('`') != std::string::npos);
}

Expected<Known> holds_without_data(const Token& token, const Inventory& inventory) {
    if (token.kind == Token::Kind::function)
        return never_holds(token.data) ? Known(false) : Known();
    MCO_TRY(held, statement_holds(token.text, inventory));
    return Known(held);
}

}  // namespace

Expected<Compound> Compound::from(const std::vector<Value>& stacks) {
    if (stacks.size() > max_stacks)
        return fail(Errc::limit,
                    "there are more than " + std::to_string(max_stacks) + " compound filters");
    Compound compound;
    std::size_t tokens_of_all = 0;
    for (const auto& stack : stacks) {
        MCO_TRY(tokens, from_call_stack(stack));
        tokens_of_all += tokens.size();
        if (tokens_of_all > Expression::max_tokens)
            return fail(Errc::limit,
                        "the compound filters have more than " +
                            std::to_string(Expression::max_tokens) + " parts");
        MCO_TRY(expression, Expression::from(std::move(tokens), Precedence::and_first));
        compound.stacks_.push_back(std::move(expression));
    }
    return compound;
}

std::vector<const DataTest*> Compound::functions() const {
    std::vector<const DataTest*> all;
    for (const auto& stack : stacks_)
        for (const auto& token : stack.tokens())
            if (token.kind == Token::Kind::function)
                all.push_back(&token.data);
    return all;
}

std::vector<std::string> Compound::facts() const {
    std::vector<std::string> names;
    for (const auto& stack : stacks_)
        for (const auto& token : stack.tokens())
            if (token.kind == Token::Kind::statement)
                if (auto test = fact_of(token.text))
                    names.push_back(std::move(test->fact));
    return names;
}

Expected<std::optional<bool>> Compound::judge(const Inventory& inventory) const {
    Known all = true;
    for (const auto& stack : stacks_) {
        MCO_TRY(held, stack.evaluate_known([&](const Token& token) {
            return holds_without_data(token, inventory);
        }));
        if (held == false)
            return Known(false);
        if (!held)
            all.reset();
    }
    return all;
}

Expected<bool> Compound::judge(const Inventory& inventory, const DataLookup& lookup) const {
    const auto holds = [&](const Token& token) -> Expected<bool> {
        MCO_TRY(known, holds_without_data(token, inventory));
        if (known)
            return *known;
        MCO_TRY(answer, lookup(token.data));
        return satisfies(token.data, answer);
    };
    for (const auto& stack : stacks_) {
        MCO_TRY(held, stack.evaluate(holds));
        if (!held)
            return false;
    }
    return true;
}

Expected<std::optional<bool>> judge(const Filter& filter,
                                    const Compound& compound,
                                    const Inventory& inventory) {
    MCO_TRY(others, matches_without_compound(filter, inventory));
    if (!others)
        return Known(false);
    return compound.judge(inventory);
}

}  // namespace mco::filter
