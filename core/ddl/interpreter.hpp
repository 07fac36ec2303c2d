// Carries out the statements of a DDL file: loops, conditions, variables and methods of its own.
// What a declaration means is up to the class that is built on it. Internal to core/ddl.
#pragma once

#include "core/ddl/evaluate.hpp"
#include "core/ddl/syntax.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mco::ddl {

/// The statements must outlive it.
class Interpreter : protected Functions {
  protected:
    Interpreter() : evaluator_(*this) {}

    Expected<void> run(const std::vector<Statement>& statements);

    /// A statement that is neither a method of the file nor a variable of it.
    virtual Expected<void> declare(const Statement& statement) = 0;
    /// Is `name` a statement that declare() knows, wherever it may stand?
    virtual bool declares(std::string_view name) const = 0;

    /// Remembers what was passed over, once for a line.
    void note(int line, std::string_view what);

    Evaluator evaluator_;
    std::vector<std::string> notes_;

  private:
    Expected<void> run(const Statement& statement);
    Expected<void> each(const Statement& statement);
    void bind(const std::vector<std::string>& variables, const Value& item);
    Expected<void> assign(const Statement& statement);
    Expected<void> value(const Statement& statement);
    Expected<void> call(const Statement& statement);
    Expected<void> enter(const std::string& name, const std::vector<Expression>& given, int line);
    Expected<std::vector<Value>> arguments(const Statement& method,
                                           const std::vector<Expression>& given,
                                           int line);
    Expected<Value> call(const Expression& function) override;
    bool responds_to(std::string_view name) const override;

    std::map<std::string, const Statement*, std::less<>> methods_;
    Expected<Value> last_ = Value();  // what the last statement was worth, or why that is not known
    int calls_ = 0;                   // of the file's methods, one in the other
};

}  // namespace mco::ddl
