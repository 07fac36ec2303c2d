#include "client/select.hpp"

#include "core/ddl/validate.hpp"
#include "core/filter/check.hpp"
#include "core/filter/compound.hpp"
#include "core/filter/parse.hpp"
#include "core/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace mco::client {

namespace {

using filter::SyntaxError;
using filter::Token;

/// Each character by itself, as the original does it.
std::string marked(std::string_view text, const Marking& marking) {
    if (!marking)
        return std::string(text);
    std::string shown;
    while (!text.empty()) {
        const auto length = std::max<std::size_t>(text::utf8_character(text), 1);
        shown += marking(text.substr(0, length));
        text.remove_prefix(length);
    }
    return shown;
}

std::string_view complaint(SyntaxError::Fault fault) {
    switch (fault) {
        case SyntaxError::Fault::token:
            return "Malformed token(s)";
        case SyntaxError::Fault::order:
            return "Parse errors";
        case SyntaxError::Fault::parenthesis:
            return "Missing parenthesis";
        case SyntaxError::Fault::limit:
            return "Too much";
    }
    return {};
}

tl::unexpected<Error> refused(const SyntaxError& error,
                              std::string_view text,
                              const Marking& marking) {
    if (error.fault == SyntaxError::Fault::limit)
        return fail(
            Errc::limit,
            fmt::format("{} found while parsing -S input: {}", complaint(error.fault), error.why));
    return fail(Errc::malformed,
                fmt::format("{} found while parsing -S input {}{}{}: {}",
                            complaint(error.fault),
                            text.substr(0, error.begin),
                            marked(text.substr(error.begin, error.end - error.begin), marking),
                            text.substr(error.end),
                            error.why));
}

/// What the plug-in is asked, in the type it wants. Text that does not look like it stays text:
/// then validation says so.
Expected<Value> question(const ddl::Action& query,
                         const std::string& plugin,
                         const std::optional<std::string>& typed) {
    const auto* input = query.input("query");
    if (input == nullptr && !typed)
        return Value();
    if (input == nullptr)
        return fail(Errc::invalid,
                    fmt::format("No data plugin argument was declared in the {} DDL but an input "
                                "was supplied",
                                plugin));
    if (!typed && input->optional)
        return Value();
    const Value value = typed ? ddl::convert(*input, *typed).value_or(*typed) : Value();
    MCO_CHECK(ddl::validate(*input, value));
    return value;
}

/// `a==b`, `a=~/x/`, `a=>1` and `a=<1` are for other releases facts that nobody has.
std::string widely_understood(const std::string& statement) {
    const auto test = filter::parse_fact(statement);
    if (statement.starts_with('/') || !test || test->op == "!=")
        return statement;
    const bool wrapped =
        test->value.size() > 2 && test->value.front() == '/' && test->value.back() == '/';
    if (test->op == "=~" && !wrapped)
        return test->fact + "=/" + test->value + "/";
    return test->fact + (test->op == "==" || test->op == "=~" ? "=" : test->op) + test->value;
}

/// In the wire form: a class, `/class/`, or a fact whose pattern stands between slashes. What no
/// node could use is better refused here than met with silence there.
Expected<void> check_statement(const std::string& statement) {
    const auto test = filter::parse_fact(statement);
    return statement.starts_with('/') || !test ? filter::check_name(statement)
                                               : filter::check_fact(*test);
}

class Checker {
  public:
    Checker(Catalogue& catalogue, Selection& selection)
        : catalogue_(catalogue), selection_(selection) {}

    Expected<void> add(std::vector<Token> tokens) {
        for (auto& token : tokens)
            if (token.kind == Token::Kind::statement) {
                token.text = widely_understood(token.text);
                MCO_CHECK(check_statement(token.text));
            }
        auto stack = filter::to_call_stack(tokens);
        for (std::size_t i = 0; i < tokens.size(); ++i)
            if (tokens[i].kind == Token::Kind::function) {
                MCO_TRY(value, check(tokens[i].data));
                auto& entry = stack.array()->at(i).map()->entries().front();
                entry.value.map()->set("params", std::move(value));
            }
        selection_.compound.push_back(std::move(stack));
        return {};
    }

  private:
    /// The argument as it goes out.
    Expected<Value> check(const filter::DataTest& test) {
        const auto name = filter::data_plugin_name(test.name);
        MCO_TRY(ddl, catalogue_.find(*plugin_type("data"), name));
        const auto* query = ddl->action("data");
        if (query == nullptr)
            return fail(
                Errc::invalid,
                fmt::format("No dataquery has been defined in the DDL for data plugin {}", name));
        MCO_TRY(value, question(*query, name, test.params));
        if (test.op == "=~" || test.op == "!=~")
            MCO_CHECK(filter::check_pattern(test.value));
        if (query->output(test.field) == nullptr)
            return fail(
                Errc::invalid,
                fmt::format(
                    "Data plugin '{}()' does not return a '{}' value", test.name, test.field));
        selection_.patience += std::chrono::seconds(ddl->metadata.timeout);
        return value;
    }

    Catalogue& catalogue_;
    Selection& selection_;
};

}  // namespace

Expected<Selection> select(const std::vector<std::string>& expressions,
                           Catalogue& catalogue,
                           const Marking& marking) {
    Selection selection;
    Checker checker(catalogue, selection);
    for (const auto& text : expressions) {
        auto tokens = filter::read_compound(text);
        if (!tokens)
            return refused(tokens.error(), text, marking);
        MCO_CHECK(checker.add(*std::move(tokens)));
    }
    return selection;
}

}  // namespace mco::client
