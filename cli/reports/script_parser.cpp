#include "cli/reports/script.hpp"
#include "core/text/ruby.hpp"

#include <optional>
#include <utility>

namespace mco::reports {
namespace {

using ruby::fail_at;
using ruby::Token;
using Kind = Token::Kind;

constexpr std::size_t longest = 256U << 10U;  // bytes of a script
constexpr std::array<std::string_view, 1> global_names = {"time"};

class Parser : private ruby::TokenStream {
  public:
    explicit Parser(const std::vector<Token>& tokens) : TokenStream(tokens) {}

    Expected<std::vector<Step>> script() {
        std::vector<Step> steps;
        for (skip_newlines(); peek().kind != Kind::end; skip_newlines()) {
            MCO_TRY(step, statement());
            steps.push_back(std::move(step));
            if (peek().kind != Kind::newline)
                return unexpected();
        }
        return steps;
    }

  private:
    /// A text whose lines are counted from the one it begins in.
    struct Text {
        std::string text;
        int line = 0;
    };

    /// What the settings of a block say.
    struct Block {
        int line = 0;
        std::optional<Text> format;
        std::optional<Expression> fields;
        std::optional<std::size_t> page_length;
        std::optional<Text> heading;
        std::optional<Text> body;
    };

    Expected<Step> statement() {
        if (at_word("puts"))
            return puts();
        if (at_word("inventory"))
            return inventory();
        if (at_word("formatted_inventory"))
            return formatted_inventory();
        return not_understood("a report begins with inventory, formatted_inventory or puts");
    }

    tl::unexpected<Error> not_understood(std::string_view instead) const {
        const auto& token = peek();
        if (token.kind != Kind::identifier && token.kind != Kind::constant)
            return unexpected();
        return fail_at(
            token.line,
            "'" + token.spelling.substr(0, 60) + "' is not understood: " + std::string(instead));
    }

    Expected<Step> puts() {
        const int line = take().line;
        Expression text{Expression::Form::literal, line, "", {}, {}};
        if (peek().kind != Kind::newline) {
            MCO_TRY(read, parse_expression(*this, global_names));
            text = std::move(read);
        }
        return PrintedText{std::move(text)};
    }

    Expected<Step> inventory() {
        MCO_TRY(read, block());
        if (!read.format)
            return fail_at(read.line, "this inventory has no format");
        if (!read.fields)
            return fail_at(read.line, "this inventory has no fields");
        return PrintedInventory{
            read.format->line, std::move(read.format->text), *std::move(read.fields)};
    }

    Expected<Step> formatted_inventory() {
        MCO_TRY(read, block());
        if (!read.body)
            return fail_at(read.line, "this formatted_inventory has no page_body");
        FormattedInventory report;
        report.page_length = read.page_length.value_or(report.page_length);
        MCO_TRY(body, parse_picture(read.body->text, read.body->line, node_names));
        report.body = std::move(body);
        if (read.heading) {
            MCO_TRY(heading, parse_picture(read.heading->text, read.heading->line, node_names));
            report.heading = std::move(heading);
        }
        return report;
    }

    /// With the word before it.
    Expected<Block> block() {
        Block read;
        read.line = take().line;
        const bool braces = accept_sign("{");
        if (!braces)
            MCO_CHECK(expect_word("do"));
        const auto at_end = [&] { return braces ? at_sign("}") : at_word("end"); };
        for (skip_newlines(); !at_end(); skip_newlines()) {
            MCO_CHECK(setting(read));
            if (peek().kind != Kind::newline && !at_end())
                return unexpected();
        }
        take();
        return read;
    }

    Expected<void> setting(Block& block) {
        if (at_word("format"))
            return text_of(block.format);
        if (at_word("page_heading"))
            return text_of(block.heading);
        if (at_word("page_body"))
            return text_of(block.body);
        if (at_word("page_length"))
            return page_length(block.page_length);
        if (at_word("fields"))
            return fields(block.fields);
        return not_understood(
            "what may stand here is format, fields, page_length, page_heading and page_body");
    }

    /// A text that no node has a part in.
    Expected<void> text_of(std::optional<Text>& text) {
        take();
        const bool parentheses = accept_sign("(");
        const auto& token = peek();
        const int line = token.text_line > 0 ? token.text_line : token.line;
        MCO_TRY(read, parse_expression(*this, {}));
        const Map nothing;
        Evaluation evaluation(nothing);
        MCO_TRY(value, evaluation.evaluate(read));
        if (value->string() == nullptr)
            return fail_at(token.line, "a text is wanted here");
        if (parentheses)
            MCO_CHECK(expect_sign(")"));
        text = Text{*value->string(), line};
        return {};
    }

    Expected<void> page_length(std::optional<std::size_t>& length) {
        take();
        constexpr std::int64_t most = 1'000'000;
        const bool parentheses = accept_sign("(");
        const auto& token = peek();
        MCO_TRY(read, parse_expression(*this, {}));
        const auto* number = read.value.integer();
        if (number == nullptr || *number < 1 || *number > most)
            return fail_at(token.line, "page_length wants a number of lines");
        if (parentheses)
            MCO_CHECK(expect_sign(")"));
        length = static_cast<std::size_t>(*number);
        return {};
    }

    Expected<void> fields(std::optional<Expression>& fields) {
        take();
        const bool braces = accept_sign("{");
        if (!braces)
            MCO_CHECK(expect_word("do"));
        skip_newlines();
        MCO_TRY(read, parse_expression(*this, node_names));
        skip_newlines();
        MCO_CHECK(braces ? expect_sign("}") : expect_word("end"));
        fields = std::move(read);
        return {};
    }
};

}  // namespace

Expected<Script> parse_script(std::string_view text, const std::string& file) {
    const auto located = [&](const Error& error) {
        return fail(error.code, file + ':' + error.message);
    };
    if (text.size() > longest)
        return fail(Errc::limit, file + " is too large for a report script");
    const auto tokens = ruby::lex(text, 1);
    if (!tokens)
        return located(tokens.error());
    auto steps = Parser(*tokens).script();
    if (!steps)
        return located(steps.error());
    return Script{file, *std::move(steps)};
}

}  // namespace mco::reports
