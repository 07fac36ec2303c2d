#include "core/ddl/evaluate.hpp"

#include "core/filter/pattern.hpp"
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

char upper(char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string stripped(const std::string& text) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blank);
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// `text` with the first occurrence of a string or pattern replaced.
Expected<Value> substituted(std::string text, const Value& wanted, const std::string& by) {
    if (by.find('\\') != std::string::npos)
        return fail(Errc::malformed, "backslashes in the replacement of sub are not supported");
    if (const auto* literal = wanted.string()) {
        const auto at = text.find(*literal);
        return Value(at == std::string::npos ? text : text.replace(at, literal->size(), by));
    }
    if (wanted.regexp() == nullptr)
        return fail(Errc::malformed, "sub wants a string or a regular expression");
    MCO_TRY(pattern, filter::Pattern::compile(*wanted.regexp()));
    MCO_TRY(found, pattern.find(text));
    return Value(found ? text.replace(found->begin, found->end - found->begin, by) : text);
}

/// Text methods keep a symbol a symbol, as in Ruby.
Value like(const Value& original, std::string text) {
    return original.symbol() != nullptr ? Value(Symbol{std::move(text)}) : Value(std::move(text));
}

Expected<Value> call_method(const std::string& name,
                            const Value& on,
                            const std::vector<Value>& arguments) {
    const auto* text = on.text();
    if (name == "to_s" && arguments.empty())
        return Value(text::to_s(on));
    if (text != nullptr && name == "sub" && arguments.size() == 2 &&
        arguments[1].string() != nullptr)
        return substituted(*text, arguments[0], *arguments[1].string());
    if (text == nullptr || !arguments.empty())
        return fail(Errc::malformed, "the method " + name + " is not supported here");
    std::string changed = *text;
    if (name == "to_sym" || name == "intern")
        return Value(Symbol{changed});
    if (name == "strip")
        return Value(stripped(changed));
    if (name != "capitalize" && name != "upcase" && name != "downcase")
        return fail(Errc::malformed, "the method " + name + " is not supported");
    std::transform(
        changed.begin(), changed.end(), changed.begin(), name == "upcase" ? upper : lower);
    if (name == "capitalize" && !changed.empty())
        changed.front() = upper(changed.front());
    return like(on, std::move(changed));
}

}  // namespace

Expected<void> Evaluator::count_step(int line) {
    if (++steps_ > most_steps)
        return fail_at(line, "too much work for a declaration");
    return {};
}

Expected<Value> Evaluator::evaluate(const Expression& expression) {
    MCO_CHECK(count_step(expression.line));
    switch (expression.form) {
        case Expression::Form::literal:
            return expression.value;
        case Expression::Form::text:
        case Expression::Form::sum:
            return text(expression);
        case Expression::Form::list:
            return list(expression);
        case Expression::Form::hash:
            return hash(expression);
        case Expression::Form::name:
            return variable(expression);
        case Expression::Form::constant:
            return Value(Symbol{constant_name(expression.name)});
        case Expression::Form::method:
            return method(expression);
        case Expression::Form::function:
            break;
    }
    return fail_at(expression.line, "the function " + expression.name + " is not known here");
}

Expected<bool> Evaluator::holds(const Statement& branch) {
    MCO_TRY(left, evaluate(branch.arguments[0]));
    if (branch.name.empty())
        return !left.is_nil() && left != Value(false);
    MCO_TRY(right, evaluate(branch.arguments[1]));
    return (left == right) == (branch.name == "==");
}

Expected<Value> Evaluator::text(const Expression& expression) {
    std::string result;
    for (const auto& child : expression.children) {
        MCO_TRY(part, evaluate(child));
        if (expression.form == Expression::Form::sum && part.string() == nullptr)
            return fail_at(child.line, "only strings can be added");
        result += text::to_s(part);
        if (result.size() > most_bytes)
            return fail_at(child.line, "too much text for a declaration");
    }
    bytes_ += result.size();
    if (bytes_ > most_bytes)
        return fail_at(expression.line, "too much text for a declaration");
    return Value(std::move(result));
}

Expected<Value> Evaluator::list(const Expression& expression) {
    Array result;
    for (const auto& child : expression.children) {
        MCO_TRY(item, evaluate(child));
        result.push_back(std::move(item));
    }
    return Value(std::move(result));
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
    return Value(std::move(result));
}

Expected<Value> Evaluator::variable(const Expression& expression) const {
    const auto named = [&](const auto& variable) { return variable.first == expression.name; };
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(), named);
    if (found == variables_.rend())
        return fail_at(expression.line, "unknown name '" + expression.name + "'");
    return found->second;
}

Expected<Value> Evaluator::method(const Expression& expression) {
    std::vector<Value> values;
    for (const auto& child : expression.children) {
        MCO_TRY(value, evaluate(child));
        values.push_back(std::move(value));
    }
    const auto on = std::move(values.front());
    values.erase(values.begin());
    auto result = call_method(expression.name, on, values);
    if (!result)
        return fail_at(expression.line, result.error().message);
    bytes_ += result->text() != nullptr ? result->text()->size() : 0;
    if (bytes_ > most_bytes)
        return fail_at(expression.line, "too much text for a declaration");
    return result;
}

std::string constant_name(std::string_view name) {
    return "::" + std::string(name);
}

}  // namespace mco::ddl
