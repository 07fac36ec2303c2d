// Compound filters (protocol §8): classes, facts and data functions joined by and, or, not and
// parentheses. Text is parsed to a list of tokens, which is also what crosses the wire, and the
// list to an expression that can be evaluated.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::filter {

/// `name('params').field OP value`: what a data plug-in answers, compared.
struct DataTest {
    std::string name;
    std::optional<std::string> params;  ///< absent when written `name()`
    std::string field;                  ///< empty when none was named: never holds
    std::string op;                     ///< == != < > <= >= =~ !=~
    std::string value;                  ///< for =~ and !=~ a pattern without slashes
    std::uint8_t flags = 0;             ///< of that pattern, as in Regexp::options
    bool operator==(const DataTest&) const = default;
};

struct Token {
    enum class Kind { statement, function, land, lor, lnot, open, close };

    Kind kind = Kind::statement;
    std::string text = {};  ///< of a statement: a fact comparison, a class or /REGEX/
    DataTest data = {};     ///< of a function
    bool operator==(const Token&) const = default;

    bool is_operand() const { return kind == Kind::statement || kind == Kind::function; }
};

/// What is wrong with an expression, and where: bytes of a text, or places in a list of tokens.
struct SyntaxError {
    /// The complaints that the original tells apart.
    enum class Fault {
        token,        ///< a part is none of the language
        order,        ///< operators and operands do not follow each other
        parenthesis,  ///< one is missing
        limit         ///< too long, too many parts, nested too deeply
    };

    Fault fault = Fault::token;
    std::string why;
    std::size_t begin = 0;
    std::size_t end = 0;  ///< behind the last
};

/// Whether `and` goes before `or`, or both are equal and the left one goes first, as Ruby's words
/// do and with them policies (client and agents §6.3).
enum class Precedence { and_first, left_to_right };

/// A well-formed expression. Only from() makes one that is not empty.
class Expression {
  public:
    static constexpr std::size_t max_tokens = 512;
    static constexpr std::size_t max_depth = 50;  ///< of parentheses

    /// Errors: malformed (operators and operands in the wrong order, parentheses that do not
    /// match), limit. No tokens make the empty expression, which never holds.
    static Expected<Expression> from(std::vector<Token> tokens, Precedence precedence);

    /// The same; an error says which of the tokens are wrong.
    static tl::expected<Expression, SyntaxError> checked(std::vector<Token> tokens,
                                                         Precedence precedence);

    const std::vector<Token>& tokens() const { return tokens_; }

    /// True when `and` and `or` stand beside each other without parentheses: then the precedence
    /// decides.
    bool is_mixed() const { return mixed_; }

    /// `holds` is asked for operands, from left to right and only as far as the outcome needs it.
    /// Errors are those of `holds`. Any thread.
    Expected<bool> evaluate(const std::function<Expected<bool>(const Token&)>& holds) const;

    /// The same where `holds` need not know: absent when the outcome depends on what is not known.
    Expected<std::optional<bool>> evaluate_known(
        const std::function<Expected<std::optional<bool>>(const Token&)>& holds) const;

  private:
    friend class ExpressionBuilder;

    struct Node {
        std::size_t token = 0;                  // its operator or operand
        std::size_t left = std::string::npos;   // of `not` its only operand
        std::size_t right = std::string::npos;  // in nodes_, as left
    };

    Expected<std::optional<bool>> evaluate(
        std::size_t node,
        const std::function<Expected<std::optional<bool>>(const Token&)>& holds) const;

    std::vector<Token> tokens_;
    std::vector<Node> nodes_;  // operands before their operators: the last one is the root
    bool mixed_ = false;
};

/// The longest text that is parsed, in bytes.
constexpr std::size_t max_compound_text = 16384;

/// Reads the language of -S. Spaces may stand on both sides of every comparison; apart from that
/// protocol §8.3 holds. The tokens are in the order written and make an Expression. Errors:
/// malformed, with the position of what is wrong; limit. Any thread.
Expected<std::vector<Token>> parse_compound(std::string_view text);

/// The same; an error says which bytes of `text` are wrong. Its sentence names the first character.
tl::expected<std::vector<Token>, SyntaxError> read_compound(std::string_view text);

/// The call stack of protocol §8.1 and back. Entries of kinds that are unknown are skipped.
/// Errors: malformed, limit.
Value to_call_stack(const std::vector<Token>& tokens);
Expected<std::vector<Token>> from_call_stack(const Value& stack);

/// The name under which the data plug-in of a function is declared: in small letters and without
/// the `_data` that may stand behind it (protocol §8.2).
std::string data_plugin_name(std::string_view function);

/// Does the answer of a data plug-in satisfy `test` (protocol §8.2)? False when it lacks the field,
/// and for < and > on text. Fails on numbers and booleans compared with what is none, and on
/// patterns that are none or give up. Any thread.
Expected<bool> satisfies(const DataTest& test, const Map& answer);

/// Asks the data plug-in of `test` on this node.
using DataLookup = std::function<Expected<Map>(const DataTest& test)>;

}  // namespace mco::filter
