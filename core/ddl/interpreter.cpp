#include "core/ddl/interpreter.hpp"

#include "core/ruby/token.hpp"

#include <algorithm>
#include <array>

namespace mco::ddl {

using ruby::fail_at;

namespace {

constexpr std::size_t most_notes = 20;
constexpr int deepest_call = 8;

/// Commands of Ruby that mean nothing in a declaration.
bool has_no_meaning(std::string_view name) {
    constexpr std::array<std::string_view, 7> commands = {
        "require", "require_relative", "load", "puts", "print", "p", "warn"};
    return std::find(commands.begin(), commands.end(), name) != commands.end();
}

}  // namespace

void Interpreter::note(int line, std::string_view what) {
    auto text = "line " + std::to_string(line) + ": " + std::string(what);
    if (notes_.size() < most_notes && std::find(notes_.begin(), notes_.end(), text) == notes_.end())
        notes_.push_back(std::move(text));
}

Expected<void> Interpreter::run(const std::vector<Statement>& statements) {
    for (const auto& statement : statements)
        MCO_CHECK(run(statement));
    return {};
}

Expected<void> Interpreter::run(const Statement& statement) {
    MCO_CHECK(evaluator_.count_step(statement.line));
    switch (statement.form) {
        case Statement::Form::each:
            return each(statement);
        case Statement::Form::branch: {
            MCO_TRY(taken, evaluator_.holds(statement.arguments.front()));
            return run(taken ? statement.body : statement.otherwise);
        }
        case Statement::Form::assign:
            return assign(statement);
        case Statement::Form::define:
            methods_[statement.name] = &statement;
            return {};
        case Statement::Form::passed_over:
            methods_[statement.name] = &statement;
            note(statement.line,
                 "the method " + statement.name + " is more Ruby than is read here");
            return {};
        case Statement::Form::value:
            return value(statement);
        case Statement::Form::call:
            break;
    }
    return call(statement);
}

Expected<void> Interpreter::each(const Statement& statement) {
    MCO_TRY(over, evaluator_.evaluate(statement.arguments.front()));
    Array items = over.array() != nullptr ? std::move(*over.array()) : Array();
    if (const auto* map = over.map()) {
        for (const auto& [key, item] : map->entries())
            items.emplace_back(Array{key, item});
    } else if (over.array() == nullptr) {
        return fail_at(statement.line, "only lists and hashes have elements");
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto mark = evaluator_.open();
        const auto number = Value(static_cast<std::int64_t>(i));
        bind(statement.variables,
             statement.name == "each_with_index" ? Value(Array{std::move(items[i]), number})
                                                 : std::move(items[i]));
        auto outcome = run(statement.body);
        evaluator_.close(mark);
        MCO_CHECK(std::move(outcome));
    }
    return {};
}

/// One variable takes the item, several take its elements.
void Interpreter::bind(const std::vector<std::string>& variables, const Value& item) {
    const auto* parts = variables.size() > 1 ? item.array() : nullptr;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const bool there = parts == nullptr ? i == 0 : i < parts->size();
        evaluator_.push(variables[i], !there ? Value() : parts == nullptr ? item : (*parts)[i]);
    }
}

/// What cannot be found out costs the variable, and whoever uses it.
Expected<void> Interpreter::assign(const Statement& statement) {
    auto value = evaluator_.evaluate(statement.arguments.front());
    if (!value)
        note(statement.line, statement.name + " was not found out");
    last_ = value;
    return evaluator_.assign(statement.name, std::move(value), statement.line);
}

Expected<void> Interpreter::value(const Statement& statement) {
    last_ = evaluator_.evaluate(statement.arguments.front());
    if (!last_)
        note(statement.line, "a value that nobody uses was not found out");
    return {};
}

Expected<void> Interpreter::call(const Statement& statement) {
    if (methods_.contains(statement.name))
        return enter(statement.name, statement.arguments, statement.line);
    if (statement.arguments.empty() && !statement.has_body && evaluator_.knows(statement.name)) {
        last_ = evaluator_.evaluate(
            {Expression::Form::name, statement.line, {}, statement.name, {}, {}});
        return {};
    }
    last_ = Value();
    if (has_no_meaning(statement.name) && !declares(statement.name)) {
        note(statement.line, "'" + statement.name + "' does nothing in a declaration");
        return {};
    }
    return declare(statement);
}

/// Runs the body of one of the file's own methods.
Expected<void> Interpreter::enter(const std::string& name,
                                  const std::vector<Expression>& given,
                                  int line) {
    const auto& method = *methods_.find(name)->second;
    if (method.form == Statement::Form::passed_over)
        return fail_at(line, "the method " + name + " is more Ruby than is read here");
    if (calls_ == deepest_call)
        return fail_at(line, "methods call each other too deeply");
    MCO_TRY(values, arguments(method, given, line));
    const auto mark = evaluator_.open();
    const auto hidden = evaluator_.hide();
    ++calls_;
    for (std::size_t i = 0; i < values.size(); ++i)
        evaluator_.push(method.variables[i], std::move(values[i]));
    last_ = Value();
    auto outcome = run(method.body);
    --calls_;
    evaluator_.show(hidden);
    evaluator_.close(mark);
    return outcome;
}

/// One value for every parameter: those given, then defaults.
Expected<std::vector<Value>> Interpreter::arguments(const Statement& method,
                                                    const std::vector<Expression>& given,
                                                    int line) {
    const auto wanted = method.variables.size();
    if (given.size() > wanted || given.size() + method.arguments.size() < wanted)
        return fail_at(line, "the method " + method.name + " takes another number of arguments");
    std::vector<Value> values;
    const auto required = wanted - method.arguments.size();
    for (std::size_t i = 0; i < wanted; ++i) {
        MCO_TRY(value,
                evaluator_.evaluate(i < given.size() ? given[i] : method.arguments[i - required]));
        values.push_back(std::move(value));
    }
    return values;
}

Expected<Value> Interpreter::call(const Expression& function) {
    if (!methods_.contains(function.name))
        return function.form == Expression::Form::name
                   ? fail_at(function.line, "unknown name '" + function.name + "'")
                   : fail_at(function.line, "the function " + function.name + " is not known here");
    MCO_CHECK(enter(function.name, function.children, function.line));
    return last_;
}

bool Interpreter::responds_to(std::string_view name) const {
    return declares(name) || methods_.contains(name);
}

}  // namespace mco::ddl
