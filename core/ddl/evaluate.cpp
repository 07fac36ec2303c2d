#include "core/ddl/evaluate.hpp"

#include "core/ddl/methods.hpp"
#include "core/ruby/token.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <cctype>

namespace mco::ddl {

using ruby::fail_at;

namespace {

constexpr std::size_t most_steps = 50'000;
constexpr std::size_t most_bytes = 4U << 20U;
constexpr std::size_t most_pairs = 1'000;  // of one hash
constexpr std::size_t longest_range = 1'000;
constexpr std::size_t most_variables = 1'000;
constexpr std::int64_t furthest_index = 1'000'000;
constexpr std::size_t bytes_of_value = 16;  // what one counts for, beside its text

/// What `value` counts for; stops adding when it is more than `most`.
std::size_t weight(const Value& value, std::size_t most) {
    std::size_t sum = bytes_of_value + (value.text() != nullptr ? value.text()->size() : 0);
    const auto add = [&](const Value& part) {
        if (sum <= most)
            sum += weight(part, most - sum);
    };
    if (const auto* list = value.array())
        std::for_each(list->begin(), list->end(), add);
    if (const auto* map = value.map()) {
        for (const auto& entry : map->entries()) {
            add(entry.key);
            add(entry.value);
        }
    }
    return sum;
}

/// Constants and what belongs to the object are seen in methods, too.
bool is_global(const std::string& name) {
    return name.starts_with('@') || std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

}  // namespace

Expected<void> Evaluator::count_step(int line) {
    if (++steps_ > most_steps)
        return fail_at(line, "too much work for a declaration");
    if (bytes_ > most_bytes)
        return fail_at(line, "too much text for a declaration");
    return {};
}

Expected<void> Evaluator::charge(const Value& value, int line) {
    bytes_ += weight(value, most_bytes);
    if (bytes_ > most_bytes)
        return fail_at(line, "too much text for a declaration");
    return {};
}

/// The value of an operation, whose error gets its line here.
Expected<Value> Evaluator::charged(Expected<Value> value, int line) {
    if (!value)
        return fail_at(line, value.error().message);
    MCO_CHECK(charge(*value, line));
    return value;
}

Expected<Value> Evaluator::evaluate(const Expression& expression) {
    MCO_CHECK(count_step(expression.line));
    switch (expression.form) {
        case Expression::Form::literal:
            return expression.value;
        case Expression::Form::text:
            return text(expression);
        case Expression::Form::fold:
            return fold(expression);
        case Expression::Form::either:
        case Expression::Form::all:
        case Expression::Form::inverted:
        case Expression::Form::choice:
            return choose(expression);
        case Expression::Form::range:
            return range(expression);
        case Expression::Form::list:
            return list(expression);
        case Expression::Form::hash:
            return hash(expression);
        case Expression::Form::name:
            return variable(expression);
        case Expression::Form::constant:
            return constant(expression);
        case Expression::Form::function:
            return function(expression);
        case Expression::Form::method:
            break;
    }
    return method(expression);
}

Expected<bool> Evaluator::holds(const Expression& expression) {
    MCO_TRY(value, evaluate(expression));
    return is_true(value);
}

Expected<Value> Evaluator::text(const Expression& expression) {
    std::string result;
    for (const auto& child : expression.children) {
        MCO_TRY(part, evaluate(child));
        result += text::to_s(part);
        if (result.size() > most_bytes)
            return fail_at(child.line, "too much text for a declaration");
    }
    return charged(Value(std::move(result)), expression.line);
}

Expected<Value> Evaluator::fold(const Expression& expression) {
    MCO_TRY(result, evaluate(expression.children.front()));
    for (std::size_t i = 0; i < expression.signs.size(); ++i) {
        const auto& child = expression.children[i + 1];
        MCO_TRY(right, evaluate(child));
        MCO_TRY(next, charged(operate(result, expression.signs[i], right), child.line));
        result = std::move(next);
    }
    return result;
}

Expected<Value> Evaluator::choose(const Expression& expression) {
    const auto& children = expression.children;
    if (expression.form == Expression::Form::choice) {
        MCO_TRY(condition, holds(children[0]));
        return evaluate(children[condition ? 1 : 2]);
    }
    if (expression.form == Expression::Form::inverted) {
        MCO_TRY(condition, holds(children[0]));
        return Value(!condition);
    }
    const bool wanted = expression.form == Expression::Form::either;
    Value last;
    for (const auto& child : children) {
        MCO_TRY(value, evaluate(child));
        last = std::move(value);
        if (is_true(last) == wanted)
            break;
    }
    return last;
}

/// A range stands for the list of its numbers.
Expected<Value> Evaluator::range(const Expression& expression) {
    MCO_TRY(first, evaluate(expression.children[0]));
    MCO_TRY(last, evaluate(expression.children[1]));
    if (first.integer() == nullptr || last.integer() == nullptr)
        return fail_at(expression.line, "only ranges of integers are supported");
    const auto end = *last.integer();
    Array numbers;
    for (auto i = *first.integer(); i < end; ++i) {
        if (numbers.size() == longest_range)
            return fail_at(expression.line, "the range is too long");
        numbers.emplace_back(i);
    }
    if (expression.name == ".." && *first.integer() <= end)
        numbers.emplace_back(end);
    return charged(Value(std::move(numbers)), expression.line);
}

Expected<Value> Evaluator::list(const Expression& expression) {
    Array result;
    for (const auto& child : expression.children) {
        MCO_TRY(item, evaluate(child));
        result.push_back(std::move(item));
    }
    return charged(Value(std::move(result)), expression.line);
}

Expected<Value> Evaluator::hash(const Expression& expression) {
    Map result;
    if (expression.children.size() > 2 * most_pairs)
        return fail_at(expression.line, "too many pairs in a hash");
    for (std::size_t i = 0; i + 1 < expression.children.size(); i += 2) {
        MCO_TRY(key, evaluate(expression.children[i]));
        MCO_TRY(item, evaluate(expression.children[i + 1]));
        result.set(std::move(key), std::move(item));
    }
    return charged(Value(std::move(result)), expression.line);
}

void Evaluator::push(std::string name, Value value) {
    variables_.emplace_back(std::move(name), std::move(value));
}

Expected<void> Evaluator::assign(const std::string& name, Expected<Value> value, int line) {
    const auto* known = find(name);
    if (known != nullptr)
        variables_[static_cast<std::size_t>(known - variables_.data())].second = std::move(value);
    else if (variables_.size() < most_variables)
        variables_.emplace_back(name, std::move(value));
    else
        return fail_at(line, "too many variables");
    return {};
}

const Evaluator::Variable* Evaluator::find(const std::string& name) const {
    const auto seen = is_global(name) ? 0 : hidden_;
    for (auto i = variables_.size(); i > seen; --i) {
        if (variables_[i - 1].first == name)
            return &variables_[i - 1];
    }
    return nullptr;
}

Expected<Value> Evaluator::variable(const Expression& expression) {
    const auto* found = find(expression.name);
    if (found == nullptr)
        return expression.name.starts_with('@') ? Value() : function(expression);
    if (!found->second)
        return found->second;  // the error says where the value should have come from
    MCO_CHECK(charge(*found->second, expression.line));
    return found->second;
}

Expected<Value> Evaluator::constant(const Expression& expression) {
    return find(expression.name) != nullptr ? variable(expression)
                                            : Value(Symbol{constant_name(expression.name)});
}

Expected<Value> Evaluator::function(const Expression& expression) {
    if (expression.name != "respond_to?" || expression.children.size() != 1)
        return functions_.call(expression);
    MCO_TRY(asked, evaluate(expression.children.front()));
    return Value(asked.text() != nullptr && functions_.responds_to(*asked.text()));
}

Expected<Value> Evaluator::method(const Expression& expression) {
    if (expression.name == "[]")
        return slice(expression);
    std::vector<Value> values;
    for (const auto& child : expression.children) {
        MCO_TRY(value, evaluate(child));
        values.push_back(std::move(value));
    }
    const auto on = std::move(values.front());
    values.erase(values.begin());
    return charged(call_method(expression.name, on, values), expression.line);
}

/// `x[i]`, `x[i, count]`, `x[i..j]`, `x[key]`.
Expected<Value> Evaluator::slice(const Expression& expression) {
    const auto& children = expression.children;
    MCO_TRY(on, evaluate(children[0]));
    const bool ranges = children.size() == 2 && children[1].form == Expression::Form::range;
    const auto& places = ranges ? children[1].children : children;
    std::vector<Value> values;
    for (std::size_t i = ranges ? 0 : 1; i < places.size(); ++i) {
        MCO_TRY(value, evaluate(places[i]));
        values.push_back(std::move(value));
    }
    if (values.size() == 1)
        return charged(element(on, values[0]), expression.line);
    const auto usable = [](const Value& value) {
        const auto* index = value.integer();
        return index != nullptr && *index >= -furthest_index && *index <= furthest_index;
    };
    if (values.size() != 2 || !usable(values[0]) || !usable(values[1]))
        return fail_at(expression.line, "an index is one number, two, or a range of them");
    auto [first, count] = std::pair(*values[0].integer(), *values[1].integer());
    if (ranges) {
        const auto size = length(on);
        const auto end = count + (count < 0 ? size : 0) + (children[1].name == ".." ? 1 : 0);
        count = std::max(end - (first + (first < 0 ? size : 0)), std::int64_t{0});
    }
    return charged(stretch(on, first, count), expression.line);
}

bool is_true(const Value& value) {
    return !value.is_nil() && value != Value(false);
}

std::string constant_name(std::string_view name) {
    return "::" + std::string(name);
}

}  // namespace mco::ddl
