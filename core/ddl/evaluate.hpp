// The value of an expression in a DDL file. Internal to core/ddl.
#pragma once

#include "core/ddl/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::ddl {

/// The methods that a file defines for itself, and what it may ask for.
class Functions {
  public:
    Functions() = default;
    Functions(const Functions&) = delete;
    Functions& operator=(const Functions&) = delete;
    Functions(Functions&&) = delete;
    Functions& operator=(Functions&&) = delete;
    virtual ~Functions() = default;

    /// The value of a call, or why there is none.
    virtual Expected<Value> call(const Expression& function) = 0;
    /// Is there a statement or method of that name?
    virtual bool responds_to(std::string_view name) const = 0;
};

/// Knows the variables and how much work is still allowed: loops in loops must not run away, nor
/// values that double.
class Evaluator {
  public:
    /// `functions` must outlive it.
    explicit Evaluator(Functions& functions) : functions_(functions) {}

    /// Fails when a variable is unknown, a method is not among the few that are understood, or the
    /// work is too much.
    Expected<Value> evaluate(const Expression& expression);

    /// Is the value neither nil nor false?
    Expected<bool> holds(const Expression& expression);

    /// To be called for every statement that is carried out.
    Expected<void> count_step(int line);

    /// A new variable in front of others of its name; open() and close() say for how long.
    void push(std::string name, Value value);
    /// The variable `name` becomes `value`, or is unusable for the reason given. Fails when there
    /// are too many.
    Expected<void> assign(const std::string& name, Expected<Value> value, int line);

    /// Is there such a variable?
    bool knows(const std::string& name) const { return find(name) != nullptr; }

    /// The variables up to now; close() forgets those that came later.
    std::size_t open() const { return variables_.size(); }

    void close(std::size_t mark) { variables_.resize(mark, {"", Value()}); }

    /// Hides the variables up to now (as a method does those of its caller), except constants and
    /// those of the object; returns what show() needs to undo it.
    std::size_t hide() { return std::exchange(hidden_, variables_.size()); }

    void show(std::size_t hidden) { hidden_ = hidden; }

  private:
    using Variable = std::pair<std::string, Expected<Value>>;

    Expected<Value> text(const Expression& expression);
    Expected<Value> fold(const Expression& expression);
    Expected<Value> choose(const Expression& expression);
    Expected<Value> range(const Expression& expression);
    Expected<Value> list(const Expression& expression);
    Expected<Value> hash(const Expression& expression);
    Expected<Value> variable(const Expression& expression);
    Expected<Value> constant(const Expression& expression);
    Expected<Value> function(const Expression& expression);
    Expected<Value> method(const Expression& expression);
    Expected<Value> slice(const Expression& expression);
    Expected<void> charge(const Value& value, int line);
    Expected<Value> charged(Expected<Value> value, int line);
    const Variable* find(const std::string& name) const;

    Functions& functions_;
    std::vector<Variable> variables_;  // innermost last
    std::size_t hidden_ = 0;
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;  // of values put together
};

/// Only nil and false are untrue in Ruby.
bool is_true(const Value& value);

/// Classes stand in values as the symbol of this name: `Hash` as `:"::Hash"`.
std::string constant_name(std::string_view name);

}  // namespace mco::ddl
