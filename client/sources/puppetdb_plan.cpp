#include "client/sources/puppetdb_plan.hpp"

#include "client/sources/compound.hpp"
#include "client/sources/postgresql_pattern.hpp"
#include "core/filter/parse.hpp"
#include "core/filter/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mco::client {

namespace {

using filter::FactTest;
using filter::Token;

constexpr std::size_t most_columns = 100;
/// Lists and maps as text: they match by their members, which is not PuppetDB's business.
constexpr std::string_view structure = "[[{]";

/// Whether a part of an expression has to hold, or under `not` must not.
enum class Wanted { yes, no };

Wanted opposite(Wanted wanted) {
    return wanted == Wanted::yes ? Wanted::no : Wanted::yes;
}

/// Absent: all nodes.
using Condition = std::optional<Value>;

Value term(std::string op, std::string field, Value value) {
    return Array{std::move(op), std::move(field), std::move(value)};
}

/// `op` is "and" or "or"; one condition stays alone.
Value joined(std::string op, std::vector<Value> conditions) {
    if (conditions.size() == 1)
        return std::move(conditions.front());
    Array all{std::move(op)};
    for (auto& condition : conditions)
        all.push_back(std::move(condition));
    return all;
}

/// A whole query: the entity, what is wanted of it, and for which rows.
Value from(std::string entity, Array fields, Condition condition) {
    Array extract{"extract", std::move(fields)};
    if (condition)
        extract.push_back(*std::move(condition));
    return Array{"from", std::move(entity), std::move(extract)};
}

/// The nodes that have such rows.
Value with(std::string entity, Value condition) {
    return term("in", "certname", from(std::move(entity), {"certname"}, std::move(condition)));
}

std::string without_slashes(std::string entry) {
    entry.erase(std::remove(entry.begin(), entry.end(), '/'), entry.end());
    return entry;
}

bool is_pattern(std::string_view entry) {
    return entry.starts_with('/');
}

/// As fact comparisons write it: `/…/`, or bare.
std::string_view pattern_in(std::string_view value) {
    const bool wrapped = value.size() > 2 && value.front() == '/' && value.back() == '/';
    return wrapped ? value.substr(1, value.size() - 2) : value;
}

Expected<Condition> identity_condition(const std::vector<std::string>& identities) {
    std::vector<Value> any;
    bool narrows = !identities.empty();
    for (const auto& identity : identities) {
        if (!is_pattern(identity)) {
            any.push_back(term("=", "certname", identity));
            continue;
        }
        const auto source = without_slashes(identity);
        MCO_CHECK(filter::Pattern::compile(source));
        if (auto pattern = postgresql_pattern(source))
            any.push_back(term("~", "certname", *std::move(pattern)));
        else
            narrows = false;
    }
    return narrows ? Condition(joined("or", std::move(any))) : Condition();
}

/// What the title of a class has to be.
Expected<Value> title_condition(const std::string& entry) {
    if (!is_pattern(entry))
        return term("=", "title", class_title(entry));
    const auto source = without_slashes(entry);
    MCO_CHECK(filter::Pattern::compile(source));
    auto pattern = postgresql_pattern(source, LetterCase::any);
    if (!pattern)
        return fail(Errc::invalid,
                    "PuppetDB cannot search for classes by " + filter::quoted_pattern(source) +
                        ": write it with characters, sets, groups, |, anchors and repetitions "
                        "only, or use the discovery method mc");
    return term("~", "title", *std::move(pattern));
}

Value class_rows(Value title) {
    return joined("and", {term("=", "type", "Class"), std::move(title)});
}

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    while (true) {
        const auto dot = std::min(path.find('.'), path.size());
        segments.emplace_back(path.substr(0, dot));
        if (dot == path.size())
            return segments;
        path.remove_prefix(dot + 1);
    }
}

bool is_number(std::string_view segment) {
    return !segment.empty() && segment.find_first_not_of("0123456789") == std::string_view::npos;
}

/// PuppetDB knows no escapes within the quotes.
bool can_be_quoted(std::string_view name) {
    return !name.empty() && name.find_first_of("\"\\[]") == std::string_view::npos &&
           std::none_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; });
}

FactColumn column_of(std::vector<std::string> path) {
    FactColumn column{"facts", std::move(path)};
    for (const auto& name : column.path)
        column.field += ".\"" + name + '"';
    return column;
}

/// The places where a fact can be (core/filter/fact_path.hpp): `a.b.c` is a name, or b.c in a, or c
/// in b in a. What is in a list is not to be had without the list.
std::vector<FactColumn> columns_of(const std::string& name) {
    const auto segments = segments_of(name);
    std::vector<FactColumn> columns;
    std::string rest = name;
    std::vector<std::string> path;
    for (const auto& segment : segments) {
        if (!path.empty() && is_number(segment)) {
            columns.push_back(column_of(path));
            break;
        }
        auto literal = path;
        literal.push_back(rest);
        columns.push_back(column_of(std::move(literal)));
        path.push_back(segment);
        rest.erase(0, std::min(segment.size() + 1, rest.size()));
    }
    return columns;
}

/// Conditions that the value in `field` has to meet.
Expected<Value> value_condition(const std::string& field, const FactTest& test) {
    if (test.op == "==")
        return term(
            "~", field, "^(" + pattern_quoted(test.value) + "$|" + std::string(structure) + ')');
    if (test.op == "=~") {
        const auto source = pattern_in(test.value);
        MCO_CHECK(filter::Pattern::compile(source));
        if (auto pattern = postgresql_pattern(source))
            return joined("or",
                          {term("~", field, *std::move(pattern)),
                           term("~", field, "^" + std::string(structure))});
    }
    return term("null?", field, false);
}

class Planner {
  public:
    Expected<PuppetDbPlan> plan(const filter::Filter& filter) {
        MCO_TRY(compound, compound_of(filter, "puppetdb"));
        static_cast<void>(compound);  // it is well-formed, and asks no data plug-ins
        MCO_TRY(identities, identity_condition(filter.identities));
        add(std::move(identities));
        for (const auto& entry : filter.classes) {
            MCO_TRY(title, title_condition(entry));
            if (is_pattern(entry))
                ask_for(title);
            add(with("resources", class_rows(std::move(title))));
        }
        for (const auto& test : filter.facts) {
            MCO_TRY(condition, fact_condition(test, Wanted::yes));
            add(std::move(condition));
        }
        for (const auto& stack : filter.compound) {
            MCO_TRY(tokens, filter::from_call_stack(stack));
            MCO_TRY(condition, expression_condition(tokens));
            add(std::move(condition));
        }
        return finished();
    }

  private:
    void add(Condition condition) {
        if (condition)
            all_.push_back(*std::move(condition));
    }

    void ask_for(const Value& title) {
        if (std::find(titles_.begin(), titles_.end(), title) == titles_.end())
            titles_.push_back(title);
    }

    Condition whole() const { return all_.empty() ? Condition() : Condition(joined("and", all_)); }

    PuppetDbPlan finished() {
        PuppetDbPlan plan{from("nodes", {"certname"}, whole()), {}, std::move(columns_), {}};
        if (!plan.columns.empty()) {
            Array fields{"certname"};
            for (const auto& column : plan.columns)
                fields.emplace_back(column.field);
            plan.facts = from("inventory", std::move(fields), whole());
        }
        if (!titles_.empty()) {
            std::vector<Value> rows{class_rows(joined("or", std::move(titles_)))};
            if (!all_.empty())
                rows.push_back(with("nodes", *whole()));
            plan.classes = from("resources", {"certname", "title"}, joined("and", std::move(rows)));
        }
        return plan;
    }

    /// Under `not` the condition would have to hold for no node of the comparison, which PuppetDB
    /// cannot tell.
    Expected<Condition> fact_condition(const FactTest& test, Wanted wanted) {
        std::vector<Value> any;
        for (auto& column : columns_of(test.fact)) {
            if (!std::all_of(column.path.begin(), column.path.end(), can_be_quoted))
                return fail(Errc::invalid,
                            "PuppetDB cannot be asked for the fact '" + test.fact +
                                "': such names need the discovery method mc");
            const bool whole = test.fact == segments_joined(column.path);
            auto condition = whole ? value_condition(column.field, test)
                                   : Expected<Value>(term("null?", column.field, false));
            MCO_TRY(value, std::move(condition));
            any.push_back(std::move(value));
            if (std::find(columns_.begin(), columns_.end(), column) == columns_.end())
                columns_.push_back(std::move(column));
        }
        if (columns_.size() > most_columns)
            return fail(Errc::limit, "the filter asks for too many facts");
        if (wanted == Wanted::no)
            return Condition();
        return Condition(with("inventory", joined("or", std::move(any))));
    }

    static std::string segments_joined(const std::vector<std::string>& path) {
        std::string text;
        for (const auto& segment : path)
            text += (text.empty() ? "" : ".") + segment;
        return text;
    }

    Expected<Condition> expression_condition(const std::vector<Token>& tokens);
    Expected<Condition> either(Wanted wanted);
    Expected<Condition> both(Wanted wanted);
    Expected<Condition> operand(Wanted wanted);
    Expected<Condition> statement(const std::string& text, Wanted wanted);

    bool at(Token::Kind kind) const { return at_ != nullptr && at_ != end_ && at_->kind == kind; }

    std::vector<Value> all_;
    std::vector<FactColumn> columns_;
    std::vector<Value> titles_;  // of classes that are compared again
    const Token* at_ = nullptr;  // in the expression that is read
    const Token* end_ = nullptr;
};

/// The tokens are well-formed, and nested no deeper than filter::Expression::max_depth.
Expected<Condition> Planner::expression_condition(const std::vector<Token>& tokens) {
    if (tokens.empty())
        return Condition();
    at_ = tokens.data();
    end_ = at_ + tokens.size();
    return either(Wanted::yes);
}

enum class Joining { all, any };

/// Of all parts one that narrows is enough; of any every one has to.
Condition joined_conditions(Joining joining, std::vector<Condition> parts) {
    const bool all = joining == Joining::all;
    std::vector<Value> known;
    for (auto& part : parts)
        if (part)
            known.push_back(*std::move(part));
    if (known.empty() || (!all && known.size() < parts.size()))
        return {};
    return joined(all ? "and" : "or", std::move(known));
}

/// What `or` joins has to fail together under `not`; what `and` joins, in any part.
// NOLINTNEXTLINE(misc-no-recursion)
Expected<Condition> Planner::either(Wanted wanted) {
    std::vector<Condition> parts;
    do {
        if (!parts.empty())
            ++at_;
        MCO_TRY(part, both(wanted));
        parts.push_back(std::move(part));
    } while (at(Token::Kind::lor));
    return joined_conditions(wanted == Wanted::yes ? Joining::any : Joining::all, std::move(parts));
}

// NOLINTNEXTLINE(misc-no-recursion)
Expected<Condition> Planner::both(Wanted wanted) {
    std::vector<Condition> parts;
    do {
        if (!parts.empty())
            ++at_;
        MCO_TRY(part, operand(wanted));
        parts.push_back(std::move(part));
    } while (at(Token::Kind::land));
    return joined_conditions(wanted == Wanted::yes ? Joining::all : Joining::any, std::move(parts));
}

// NOLINTNEXTLINE(misc-no-recursion)
Expected<Condition> Planner::operand(Wanted wanted) {
    while (at(Token::Kind::lnot)) {
        wanted = opposite(wanted);
        ++at_;
    }
    const auto& token = *at_++;
    if (token.kind != Token::Kind::open)
        return statement(token.text, wanted);
    MCO_TRY(inside, either(wanted));
    ++at_;  // the parenthesis that closes
    return inside;
}

Expected<Condition> Planner::statement(const std::string& text, Wanted wanted) {
    if (!is_pattern(text))
        if (const auto test = filter::parse_fact(text))
            return fact_condition(*test, wanted);
    MCO_TRY(title, title_condition(text));
    ask_for(title);
    if (wanted == Wanted::no && is_pattern(text))
        return Condition();  // what was found too much would be missing
    auto has_class = with("resources", class_rows(std::move(title)));
    return Condition(wanted == Wanted::yes ? std::move(has_class)
                                           : Value(Array{"not", std::move(has_class)}));
}

}  // namespace

Expected<PuppetDbPlan> plan_puppetdb(const filter::Filter& filter) {
    return Planner().plan(filter);
}

std::string class_title(std::string_view name) {
    if (name.starts_with("::"))
        name.remove_prefix(2);
    std::string title;
    for (const char c : name) {
        const bool first = title.empty() || title.ends_with("::");
        title += first && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return title;
}

}  // namespace mco::client
