#include "cli/reports/picture.hpp"

#include "core/ruby/format.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace mco::reports {
namespace {

using Kind = Mark::Kind;

constexpr std::size_t widest = 1000;  // what a conversion of ruby::format can take

/// How often `c` stands in `line` from `at` on.
std::size_t run_of(std::string_view line, std::size_t at, char c) {
    return std::min(line.find_first_not_of(c, at), line.size()) - std::min(at, line.size());
}

/// Behind the @; the width is that of all signs.
Mark read_field(std::string_view line, std::size_t at) {
    const char next = at < line.size() ? line[at] : '\0';
    switch (next) {
        case '<':
            return {Kind::left, {}, 1 + run_of(line, at, '<'), 0};
        case '>':
            return {Kind::right, {}, 1 + run_of(line, at, '>'), 0};
        case '|':
            return {Kind::middle, {}, 1 + run_of(line, at, '|'), 0};
        case '*':
            return {Kind::whole, {}, 2, 0};
        default:
            break;
    }
    const auto whole = run_of(line, at, '#');
    const auto dot = at + whole;
    const auto places =
        dot < line.size() && line[dot] == '.' ? run_of(line, dot + 1, '#') : std::size_t{0};
    if (whole + places == 0)
        return {Kind::left, {}, 1, 0};
    return {Kind::number, {}, 1 + whole + (places > 0 ? 1 + places : 0), places};
}

Expected<std::vector<Mark>> read_marks(std::string_view text, int line) {
    std::vector<Mark> marks;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '^' && at + 1 < text.size() &&
            std::string_view("<>|#*").find(text[at + 1]) != std::string_view::npos)
            return ruby::fail_at(line,
                                 std::string("the field ^") + text[at + 1] +
                                     " is not understood: fields begin with @");
        if (text[at] != '@') {
            const auto end = std::min(text.find_first_of("@^", at + 1), text.size());
            marks.push_back({Kind::text, std::string(text.substr(at, end - at)), 0, 0});
            at = end;
            continue;
        }
        marks.push_back(read_field(text, at + 1));
        if (marks.back().width > widest)
            return ruby::fail_at(line, "a field is too wide");
        at += marks.back().width;
    }
    return marks;
}

std::size_t count_fields(const std::vector<Mark>& marks) {
    return static_cast<std::size_t>(std::count_if(
        marks.begin(), marks.end(), [](const Mark& mark) { return mark.kind != Kind::text; }));
}

/// The line below one with fields. Values beyond the fields do not count, as in Perl.
Expected<std::vector<Expression>> read_values(std::string_view text, int line, Names known) {
    MCO_TRY(words, ruby::lex(text, line));
    ruby::TokenStream tokens(words);
    std::vector<Expression> values;
    const auto at_end = [&] { return tokens.peek().kind == ruby::Token::Kind::newline; };
    while (!at_end()) {
        MCO_TRY(value, parse_expression(tokens, known));
        values.push_back(std::move(value));
        if (!at_end())
            MCO_CHECK(tokens.expect_sign(","));
    }
    return values;
}

/// The next line of `text`, taken off it.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

std::string_view first_line_of(std::string_view text) {
    return text.substr(0, std::min(text.find_first_of("\r\n"), text.size()));
}

/// Up to `width` characters from the front.
std::string_view cut(std::string_view text, std::size_t width) {
    std::size_t end = 0;
    for (; width > 0 && end < text.size(); --width)
        end += std::max<std::size_t>(text::utf8_character(text.substr(end)), 1);
    return text.substr(0, end);
}

std::string placed(std::string_view text, const Mark& field) {
    const auto shown = cut(first_line_of(text), field.width);
    const auto room = field.width - text::utf8_length(shown);
    std::size_t before = 0;
    if (field.kind == Kind::right || field.kind == Kind::number)
        before = room;
    else if (field.kind == Kind::middle)
        before = room / 2;
    return std::string(before, ' ') + std::string(shown) + std::string(room - before, ' ');
}

/// Nothing for nil; texts count as numbers when they are some, as most facts are.
std::string number(const Value& value, const Mark& field) {
    const auto digits = ruby::format("%." + std::to_string(field.places) + "f", {value});
    if (!digits)
        return placed(text::to_s(value), field);
    return digits->size() > field.width ? std::string(field.width, '#') : placed(*digits, field);
}

std::string shown(const Value& value, const Mark& field) {
    if (field.kind == Kind::number)
        return number(value, field);
    auto text = text::to_s(value);
    if (field.kind != Kind::whole)
        return placed(text, field);
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

Expected<std::string> draw_line(const PictureLine& line, Evaluation& evaluation) {
    std::string drawn;
    auto value = line.values.begin();
    for (const auto& mark : line.marks) {
        if (mark.kind == Kind::text) {
            drawn += mark.text;
            continue;
        }
        MCO_TRY(given, evaluation.evaluate(*value++));
        drawn += shown(*given, mark);
    }
    drawn.erase(drawn.find_last_not_of(' ') + 1);
    return drawn + '\n';
}

}  // namespace

Expected<Picture> parse_picture(std::string_view text, int first_line, Names known) {
    Picture picture;
    for (int line = first_line; !text.empty(); ++line) {
        MCO_TRY(marks, read_marks(take_line(text), line));
        PictureLine read{line, std::move(marks), {}};
        const auto fields = count_fields(read.marks);
        if (fields > 0) {
            MCO_TRY(values, read_values(take_line(text), ++line, known));
            if (values.size() < fields)
                return ruby::fail_at(line,
                                     std::to_string(fields) + " fields, but only " +
                                         std::to_string(values.size()) + " values for them");
            read.values = std::move(values);
        }
        picture.push_back(std::move(read));
    }
    return picture;
}

Expected<std::string> draw(const Picture& picture, const Map& names) {
    std::string drawn;
    Evaluation evaluation(names);
    for (const auto& line : picture) {
        MCO_TRY(text, draw_line(line, evaluation));
        drawn += text;
    }
    return drawn;
}

}  // namespace mco::reports
