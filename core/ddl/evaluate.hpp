// The value of an expression in a DDL file. Internal to core/ddl.
#pragma once

#include "core/ddl/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::ddl {

/// Knows the loop variables and how much work is still allowed: loops in loops must not run away.
class Evaluator {
  public:
    /// Fails when a variable is unknown, a method is not among the few that are understood, or the
    /// work is too much.
    Expected<Value> evaluate(const Expression& expression);

    /// Is the condition of a Form::branch true? Only nil and false are not.
    Expected<bool> holds(const Statement& branch);

    /// To be called for every statement that is carried out.
    Expected<void> count_step(int line);

    void push(std::string name, Value value) {
        variables_.emplace_back(std::move(name), std::move(value));
    }

    void pop() { variables_.pop_back(); }

  private:
    Expected<Value> text(const Expression& expression);
    Expected<Value> list(const Expression& expression);
    Expected<Value> hash(const Expression& expression);
    Expected<Value> variable(const Expression& expression) const;
    Expected<Value> method(const Expression& expression);

    std::vector<std::pair<std::string, Value>> variables_;  // innermost last
    std::size_t steps_ = 0;
    std::size_t bytes_ = 0;  // of texts put together
};

/// Classes stand in values as the symbol of this name: `Hash` as `:"::Hash"`.
std::string constant_name(std::string_view name);

}  // namespace mco::ddl
