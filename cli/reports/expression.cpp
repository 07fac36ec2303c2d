#include "cli/reports/expression.hpp"

#include "cli/reports/methods.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace mco::reports {
namespace {

using Form = Expression::Form;

/// As fail_at() of the lexer, for what only a node's data shows.
tl::unexpected<Error> invalid_at(int line, const std::string& message) {
    return fail(Errc::invalid, std::to_string(line) + ": " + message);
}

std::string_view kind_of(const Value& value) {
    if (value.is_nil())
        return "nil";
    if (value.array() != nullptr)
        return "a list";
    if (value.map() != nullptr)
        return "a hash";
    if (value.text() != nullptr)
        return "a text";
    return value.boolean() != nullptr ? "true or false" : "a number";
}

std::optional<double> number(const Value& value) {
    if (const auto* whole = value.integer())
        return static_cast<double>(*whole);
    return value.real() != nullptr ? std::optional(*value.real()) : std::nullopt;
}

/// Absent when these do not add up.
std::optional<Value> added(const Value& a, const Value& b) {
    if (a.text() != nullptr && b.text() != nullptr)
        return Value(*a.text() + *b.text());
    if (a.array() != nullptr && b.array() != nullptr) {
        auto list = *a.array();
        list.insert(list.end(), b.array()->begin(), b.array()->end());
        return Value(std::move(list));
    }
    if (a.integer() != nullptr && b.integer() != nullptr) {
        std::int64_t total = 0;
        if (!__builtin_add_overflow(*a.integer(), *b.integer(), &total))
            return Value(total);
    }
    const auto first = number(a);
    const auto second = number(b);
    return first && second ? std::optional(Value(*first + *second)) : std::nullopt;
}

/// The element at a place that may count from the end; null if there is none.
const Value* element(const Array& list, std::int64_t place) {
    const auto size = static_cast<std::int64_t>(list.size());
    if (place < 0)
        place += size;
    return place >= 0 && place < size ? &list[static_cast<std::size_t>(place)] : nullptr;
}

}  // namespace

Expected<const Value*> Evaluation::evaluate(const Expression& expression) {
    switch (expression.form) {
        case Form::literal:
            return &expression.value;
        case Form::text:
            return text(expression);
        case Form::list:
            return list(expression);
        case Form::index:
            return index(expression);
        case Form::method:
            return method(expression);
        case Form::sum:
            return sum(expression);
        case Form::either:
            return either(expression);
        case Form::equal:
        case Form::unequal:
            return equality(expression);
        case Form::choice:
            return choice(expression);
        case Form::name:
            break;
    }
    const auto* found = names_.find(expression.name);
    return found != nullptr ? found : keep(nullptr);
}

Expected<const Value*> Evaluation::text(const Expression& expression) {
    std::string together;
    for (const auto& child : expression.children) {
        MCO_TRY(part, evaluate(child));
        together += text::to_s(*part);
    }
    return keep(std::move(together));
}

Expected<const Value*> Evaluation::list(const Expression& expression) {
    Array elements;
    for (const auto& child : expression.children) {
        MCO_TRY(one, evaluate(child));
        elements.push_back(*one);
    }
    return keep(std::move(elements));
}

Expected<const Value*> Evaluation::index(const Expression& expression) {
    MCO_TRY(of, evaluate(expression.children[0]));
    MCO_TRY(key, evaluate(expression.children[1]));
    const Value* found = nullptr;
    if (of->map() != nullptr && key->text() != nullptr)
        found = of->find(*key->text());
    else if (of->array() != nullptr && key->integer() != nullptr)
        found = element(*of->array(), *key->integer());
    else if (!of->is_nil() && of->map() == nullptr)
        return invalid_at(
            expression.line,
            std::string(kind_of(*of)) + " has no element [" + text::inspect(*key) + "]");
    return found != nullptr ? found : keep(nullptr);
}

Expected<const Value*> Evaluation::method(const Expression& expression) {
    std::vector<const Value*> values;
    for (const auto& child : expression.children) {
        MCO_TRY(value, evaluate(child));
        values.push_back(value);
    }
    const auto* on = values.front();
    values.erase(values.begin());
    auto result = find_method(expression.name)->call(*on, values);
    if (!result)
        return invalid_at(expression.line,
                          std::string(kind_of(*on)) + " has no method '" + expression.name + "'");
    return keep(*std::move(result));
}

Expected<const Value*> Evaluation::sum(const Expression& expression) {
    MCO_TRY(first, evaluate(expression.children.front()));
    Value total = *first;
    for (auto child = expression.children.begin() + 1; child != expression.children.end();
         ++child) {
        MCO_TRY(next, evaluate(*child));
        auto more = added(total, *next);
        if (!more)
            return invalid_at(child->line,
                              std::string(kind_of(total)) + " and " + std::string(kind_of(*next)) +
                                  " cannot be added");
        total = *std::move(more);
    }
    return keep(std::move(total));
}

Expected<const Value*> Evaluation::either(const Expression& expression) {
    const Value* value = nullptr;
    for (const auto& child : expression.children) {
        MCO_TRY(next, evaluate(child));
        value = next;
        if (is_true(*value))
            break;
    }
    return value;
}

Expected<const Value*> Evaluation::equality(const Expression& expression) {
    MCO_TRY(left, evaluate(expression.children[0]));
    MCO_TRY(right, evaluate(expression.children[1]));
    const auto first = number(*left);
    const auto second = number(*right);
    const bool same = first && second ? *first == *second : *left == *right;
    return keep(same == (expression.form == Form::equal));
}

Expected<const Value*> Evaluation::choice(const Expression& expression) {
    MCO_TRY(condition, evaluate(expression.children[0]));
    return evaluate(expression.children[is_true(*condition) ? 1 : 2]);
}

}  // namespace mco::reports
