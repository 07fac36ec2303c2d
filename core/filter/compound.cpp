#include "core/filter/compound.hpp"

#include <algorithm>
#include <utility>

namespace mco::filter {

namespace {

using Kind = Token::Kind;

std::string spelt(const Token& token) {
    switch (token.kind) {
        case Kind::statement:
            return token.text;
        case Kind::function:
            return token.data.name + "(…)";
        case Kind::land:
            return "and";
        case Kind::lor:
            return "or";
        case Kind::lnot:
            return "not";
        case Kind::open:
            return "(";
        case Kind::close:
            return ")";
    }
    return {};
}

}  // namespace

/// Precedence climbing; parentheses recurse, chains of `not` do not.
class ExpressionBuilder {
  public:
    template <class T>
    using Checked = tl::expected<T, SyntaxError>;

    ExpressionBuilder(Expression& expression, Precedence precedence)
        : expression_(expression), precedence_(precedence) {}

    Checked<void> build() {
        MCO_TRY(root, level(1, 0));
        static_cast<void>(root);
        if (at_ == tokens().size())
            return {};
        if (tokens()[at_].kind == Kind::close)
            return wrong(Fault::parenthesis, "a parenthesis is closed that was not opened", at_);
        return misplaced("'and' or 'or'");
    }

  private:
    using Fault = SyntaxError::Fault;

    static tl::unexpected<SyntaxError> wrong(Fault fault, std::string why, std::size_t token) {
        return tl::unexpected(SyntaxError{fault, std::move(why), token, token + 1});
    }

    /// Something else should stand before the token that is next.
    tl::unexpected<SyntaxError> misplaced(const std::string& wanted) const {
        return wrong(
            Fault::order, wanted + " is missing before '" + spelt(tokens()[at_]) + "'", at_);
    }

    tl::unexpected<SyntaxError> missing_operand_at_end() const {
        const std::string wanted = "a class, a fact or a function is missing";
        if (tokens().empty())
            return wrong(Fault::order, wanted, 0);
        return wrong(
            Fault::order, wanted + " after '" + spelt(tokens().back()) + "'", tokens().size() - 1);
    }

    const std::vector<Token>& tokens() const { return expression_.tokens_; }

    std::size_t add(Expression::Node node) {
        expression_.nodes_.push_back(node);
        return expression_.nodes_.size() - 1;
    }

    /// How tightly the operator here binds; 0 when there is none.
    int binding() const {
        if (at_ == tokens().size())
            return 0;
        const auto kind = tokens()[at_].kind;
        if (kind == Kind::land)
            return precedence_ == Precedence::and_first ? 2 : 1;
        return kind == Kind::lor ? 1 : 0;
    }

    Checked<std::size_t> level(int loosest, std::size_t depth) {
        MCO_TRY(left, operand(depth));
        while (binding() >= loosest) {
            const auto token = at_++;
            const int tighter =
                tokens()[token].kind == Kind::land && precedence_ == Precedence::and_first ? 3 : 2;
            MCO_TRY(right, level(tighter, depth));
            left = add({token, left, right});
        }
        return left;
    }

    Checked<std::size_t> operand(std::size_t depth) {
        const auto first = at_;
        while (at_ < tokens().size() && tokens()[at_].kind == Kind::lnot)
            ++at_;
        const auto nots = at_ - first;
        MCO_TRY(node, plain_operand(depth));
        if (nots % 2 != 0)
            node = add({first, node, std::string::npos});
        return node;
    }

    Checked<std::size_t> plain_operand(std::size_t depth) {
        if (at_ == tokens().size())
            return missing_operand_at_end();
        const auto& token = tokens()[at_];
        if (token.is_operand())
            return add({at_++});
        if (token.kind != Kind::open)
            return misplaced("a class, a fact or a function");
        return inside_parentheses(depth);
    }

    Checked<std::size_t> inside_parentheses(std::size_t depth) {
        const auto opened = at_;
        if (depth == Expression::max_depth)
            return wrong(
                Fault::limit,
                "parentheses are nested deeper than " + std::to_string(Expression::max_depth),
                at_);
        ++at_;
        MCO_TRY(inside, level(1, depth + 1));
        if (at_ == tokens().size())
            return wrong(Fault::parenthesis, "a parenthesis is not closed", opened);
        if (tokens()[at_].kind != Kind::close)
            return misplaced("'and', 'or' or ')'");
        ++at_;
        return inside;
    }

    Expression& expression_;
    Precedence precedence_;
    std::size_t at_ = 0;
};

namespace {

/// Do `and` and `or` meet within one pair of parentheses?
bool mixes(const std::vector<Token>& tokens) {
    struct Seen {
        bool land = false;
        bool lor = false;
    };

    std::vector<Seen> levels(1);
    for (const auto& token : tokens) {
        if (token.kind == Kind::open)
            levels.emplace_back();
        else if (token.kind == Kind::close)
            levels.pop_back();
        else if (token.kind == Kind::land)
            levels.back().land = true;
        else if (token.kind == Kind::lor)
            levels.back().lor = true;
        if (levels.back().land && levels.back().lor)
            return true;
    }
    return false;
}

}  // namespace

tl::expected<Expression, SyntaxError> Expression::checked(std::vector<Token> tokens,
                                                          Precedence precedence) {
    Expression expression;
    if (tokens.size() > max_tokens)
        return tl::unexpected(
            SyntaxError{SyntaxError::Fault::limit,
                        "the expression has more than " + std::to_string(max_tokens) + " parts",
                        max_tokens,
                        tokens.size()});
    expression.tokens_ = std::move(tokens);
    if (expression.tokens_.empty())
        return expression;
    MCO_CHECK(ExpressionBuilder(expression, precedence).build());
    expression.mixed_ = mixes(expression.tokens_);
    return expression;
}

Expected<Expression> Expression::from(std::vector<Token> tokens, Precedence precedence) {
    auto made = checked(std::move(tokens), precedence);
    if (!made)
        return fail(made.error().fault == SyntaxError::Fault::limit ? Errc::limit : Errc::malformed,
                    made.error().why);
    return *std::move(made);
}

Expected<bool> Expression::evaluate(
    const std::function<Expected<bool>(const Token&)>& holds) const {
    MCO_TRY(outcome, evaluate_known([&holds](const Token& token) -> Expected<std::optional<bool>> {
                MCO_TRY(held, holds(token));
                return std::optional(held);
            }));
    return outcome.value_or(false);
}

Expected<std::optional<bool>> Expression::evaluate_known(
    const std::function<Expected<std::optional<bool>>(const Token&)>& holds) const {
    if (nodes_.empty())
        return std::optional(false);
    return evaluate(nodes_.size() - 1, holds);
}

// Recursion is bounded: a node has at most max_tokens below it.
// NOLINTNEXTLINE(misc-no-recursion)
Expected<std::optional<bool>> Expression::evaluate(
    std::size_t node,
    const std::function<Expected<std::optional<bool>>(const Token&)>& holds) const {
    const auto& here = nodes_[node];
    const auto& token = tokens_[here.token];
    if (token.is_operand())
        return holds(token);
    MCO_TRY(left, evaluate(here.left, holds));
    if (token.kind == Kind::lnot)
        return left ? std::optional(!*left) : left;
    const bool decisive = token.kind == Kind::lor;  // for `and` it is false
    if (left == decisive)
        return left;
    MCO_TRY(right, evaluate(here.right, holds));
    return left || right == decisive ? right : std::nullopt;
}

}  // namespace mco::filter
