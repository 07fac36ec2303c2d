// From the tree of a DDL file to the declaration: what each statement means, and where it may
// stand.
#include "core/ddl/ddl.hpp"
#include "core/ddl/interpreter.hpp"
#include "core/ddl/properties.hpp"
#include "core/ddl/syntax.hpp"
#include "core/ruby/token.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace mco::ddl {

using ruby::fail_at;

namespace {

constexpr std::size_t longest_text = 256U << 10U;  // bytes of a file

/// What encloses a statement.
enum class Place { file, entity, summary, discovery };

class Builder : private Interpreter {
  public:
    explicit Builder(Kind kind) { ddl_.kind = kind; }

    Expected<Ddl> build(const std::vector<Statement>& statements) {
        MCO_CHECK(run(statements));
        if (ddl_.kind == Kind::data && ddl_.actions.empty())
            return fail_at(1, "a data plug-in needs a dataquery");
        if (ddl_.kind == Kind::discovery && ddl_.capabilities.empty())
            return fail_at(1, "a discovery plug-in needs capabilities");
        ddl_.notes = std::move(notes_);
        return std::move(ddl_);
    }

  private:
    struct Rule {
        std::string_view name;
        Place place;
        Expected<void> (Builder::*apply)(const Statement&);
        bool has_body;
    };

    static const Rule* rule(std::string_view name) {
        static constexpr std::array<Rule, 12> rules = {{
            {"metadata", Place::file, &Builder::metadata, false},
            {"requires", Place::file, &Builder::requirement, false},
            {"usage", Place::file, &Builder::usage, false},
            {"action", Place::file, &Builder::action, true},
            {"dataquery", Place::file, &Builder::dataquery, true},
            {"discovery", Place::file, &Builder::discovery, true},
            {"display", Place::entity, &Builder::display, false},
            {"input", Place::entity, &Builder::input, false},
            {"output", Place::entity, &Builder::output, false},
            {"summarize", Place::entity, &Builder::summarize, true},
            {"aggregate", Place::summary, &Builder::aggregate, false},
            {"capabilities", Place::discovery, &Builder::capabilities, false},
        }};
        const auto* const found = std::find_if(
            rules.begin(), rules.end(), [name](const Rule& known) { return known.name == name; });
        return found == rules.end() ? nullptr : found;
    }

    bool declares(std::string_view name) const override {
        constexpr std::array<std::string_view, 4> of_agents = {
            "action", "display", "summarize", "aggregate"};
        if (std::find(of_agents.begin(), of_agents.end(), name) != of_agents.end())
            return ddl_.kind == Kind::agent;
        if (name == "dataquery")
            return ddl_.kind == Kind::data;
        if (name == "discovery" || name == "capabilities")
            return ddl_.kind == Kind::discovery;
        return rule(name) != nullptr;
    }

    Expected<void> declare(const Statement& statement) override {
        const auto* const known = rule(statement.name);
        if (known == nullptr && place_ == Place::summary) {
            note(statement.line, "'" + statement.name + "' without 'aggregate' adds nothing up");
            return {};
        }
        if (known == nullptr)
            return fail_at(statement.line, "unknown statement '" + statement.name + "'");
        if (known->place != place_)
            return fail_at(statement.line, "'" + statement.name + "' cannot stand here");
        if (statement.has_body && !known->has_body)
            return fail_at(statement.line, "'" + statement.name + "' takes no block");
        return (this->*known->apply)(statement);
    }

    /// Runs the body of `statement` with `place` around it.
    Expected<void> inside(Place place, const Statement& statement) {
        const auto outer = place_;
        place_ = place;
        auto outcome = run(statement.body);
        place_ = outer;
        return outcome;
    }

    Expected<void> only_for(Kind kind, const Statement& statement) const {
        if (ddl_.kind != kind)
            return fail_at(statement.line,
                           "'" + statement.name + "' does not belong into this kind of plug-in");
        return {};
    }

    Expected<Value> argument(const Statement& statement, std::size_t index) {
        if (index >= statement.arguments.size())
            return fail_at(statement.line, "'" + statement.name + "' lacks an argument");
        return evaluator_.evaluate(statement.arguments[index]);
    }

    Expected<std::string> name_argument(const Statement& statement) {
        MCO_TRY(value, argument(statement, 0));
        if (value.text() == nullptr || value.text()->empty())
            return fail_at(statement.line, "'" + statement.name + "' wants a name");
        return *value.text();
    }

    /// The hash at `index`, which must be the last argument.
    Expected<Map> properties(const Statement& statement, std::size_t index) {
        MCO_TRY(value, argument(statement, index));
        if (value.map() == nullptr || index + 1 != statement.arguments.size())
            return fail_at(statement.line,
                           "'" + statement.name + "' wants :key => value properties");
        return std::move(*value.map());
    }

    void note_all(const Remarks& remarks, const Statement& statement) {
        for (const auto& remark : remarks)
            note(statement.line, remark);
    }

    Expected<void> metadata(const Statement& statement) {
        MCO_TRY(map, properties(statement, 0));
        Remarks remarks;
        MCO_TRY(read, metadata_from(map, statement.line, remarks));
        note_all(remarks, statement);
        ddl_.metadata = std::move(read);
        return {};
    }

    Expected<void> requirement(const Statement& statement) {
        MCO_TRY(map, properties(statement, 0));
        for (const auto& [key, value] : map.entries()) {
            if (key.text() == nullptr || *key.text() != "mcollective" || value.string() == nullptr)
                return fail_at(statement.line, "'requires' knows only :mcollective => \"VERSION\"");
            ddl_.requires_version = *value.string();
        }
        return {};
    }

    Expected<void> usage(const Statement& statement) {
        MCO_TRY(value, argument(statement, 0));
        if (value.string() == nullptr || statement.arguments.size() > 1)
            return fail_at(statement.line, "'usage' wants one text");
        ddl_.usage = *value.string();
        return {};
    }

    /// Runs the body with the action as `current_`. A name that was seen before is extended.
    Expected<void> entity(std::string name, std::string description, const Statement& statement) {
        auto& actions = ddl_.actions;
        const auto same = [&name](const Action& action) { return action.name == name; };
        const auto known = std::find_if(actions.begin(), actions.end(), same);
        current_ = static_cast<std::size_t>(known - actions.begin());
        if (known == actions.end()) {
            Action action;
            action.name = std::move(name);
            action.description = std::move(description);
            actions.push_back(std::move(action));
        }
        return inside(Place::entity, statement);
    }

    static Expected<std::string> description(const Map& map, const Statement& statement) {
        const auto* text = map.find("description");
        if (text == nullptr || text->text() == nullptr)
            return fail_at(statement.line,
                           "'" + statement.name + "' needs a :description property");
        return *text->text();
    }

    Expected<void> action(const Statement& statement) {
        MCO_CHECK(only_for(Kind::agent, statement));
        MCO_TRY(name, name_argument(statement));
        MCO_TRY(map, properties(statement, 1));
        MCO_TRY(text, description(map, statement));
        MCO_CHECK(entity(std::move(name), std::move(text), statement));
        if (const auto* changes = map.find("changes"))
            ddl_.actions[current_].changes = *changes != Value(false);
        if (const auto* others = map.find("other_inputs"))
            ddl_.actions[current_].other_inputs = *others == Value(true);
        return {};
    }

    Expected<void> dataquery(const Statement& statement) {
        MCO_CHECK(only_for(Kind::data, statement));
        if (!ddl_.actions.empty())
            return fail_at(statement.line, "there can be only one dataquery");
        MCO_TRY(map, properties(statement, 0));
        MCO_TRY(text, description(map, statement));
        return entity("data", std::move(text), statement);
    }

    Expected<void> discovery(const Statement& statement) {
        MCO_CHECK(only_for(Kind::discovery, statement));
        return inside(Place::discovery, statement);
    }

    Expected<void> capabilities(const Statement& statement) {
        for (const auto& expression : statement.arguments) {
            MCO_TRY(value, evaluator_.evaluate(expression));
            for (const auto& item : value.array() != nullptr ? *value.array() : Array{value})
                MCO_CHECK(capability(item, statement.line));
        }
        return {};
    }

    Expected<void> capability(const Value& value, int line) {
        constexpr std::array<std::string_view, 5> known = {
            "classes", "facts", "identity", "agents", "compound"};
        if (value.text() == nullptr ||
            std::find(known.begin(), known.end(), *value.text()) == known.end())
            return fail_at(
                line, "a capability is one of :classes, :facts, :identity, :agents, :compound");
        ddl_.capabilities.push_back(*value.text());
        return {};
    }

    Expected<void> display(const Statement& statement) {
        MCO_CHECK(only_for(Kind::agent, statement));
        MCO_TRY(mode, name_argument(statement));
        constexpr std::array<std::pair<std::string_view, Display>, 4> modes = {
            {{"ok", Display::ok},
             {"failed", Display::failed},
             {"always", Display::always},
             {"flatten", Display::flatten}}};
        for (const auto& [name, meaning] : modes) {
            if (mode == name) {
                ddl_.actions[current_].display = meaning;
                return {};
            }
        }
        return fail_at(statement.line, "display is one of :ok, :failed, :always, :flatten");
    }

    Expected<void> input(const Statement& statement) {
        MCO_TRY(name, name_argument(statement));
        if (ddl_.kind == Kind::data && name != "query")
            return fail_at(statement.line, "the only input of a data query is :query");
        MCO_TRY(map, properties(statement, 1));
        Remarks remarks;
        MCO_TRY(
            read,
            input_from(std::move(name), map, ddl_.kind == Kind::agent, statement.line, remarks));
        note_all(remarks, statement);
        put(ddl_.actions[current_].inputs, std::move(read));
        return {};
    }

    Expected<void> output(const Statement& statement) {
        MCO_TRY(name, name_argument(statement));
        MCO_TRY(map, properties(statement, 1));
        MCO_TRY(read, output_from(std::move(name), map, statement.line));
        put(ddl_.actions[current_].outputs, std::move(read));
        return {};
    }

    /// Appends, or replaces what has the same name.
    template <class Item>
    static void put(std::vector<Item>& items, Item item) {
        const auto same = [&item](const Item& other) { return other.name == item.name; };
        const auto found = std::find_if(items.begin(), items.end(), same);
        if (found == items.end())
            items.push_back(std::move(item));
        else
            *found = std::move(item);
    }

    Expected<void> summarize(const Statement& statement) {
        MCO_CHECK(only_for(Kind::agent, statement));
        return inside(Place::summary, statement);
    }

    Expected<void> aggregate(const Statement& statement) {
        const auto& arguments = statement.arguments;
        if (arguments.empty() || arguments.front().form != Expression::Form::function ||
            arguments.size() > 2)
            return fail_at(statement.line,
                           "'aggregate' wants a function of an output, such as summary(:status)");
        Array values;
        for (const auto& child : arguments.front().children) {
            MCO_TRY(value, evaluator_.evaluate(child));
            values.push_back(std::move(value));
        }
        Value format;
        if (arguments.size() == 2) {
            MCO_TRY(behind, evaluator_.evaluate(arguments[1]));
            format = std::move(behind);
        }
        Remarks remarks;
        MCO_TRY(read,
                aggregate_from(arguments.front().name, values, format, statement.line, remarks));
        note_all(remarks, statement);
        ddl_.actions[current_].aggregates.push_back(std::move(read));
        return {};
    }

    Ddl ddl_;
    Place place_ = Place::file;
    std::size_t current_ = 0;  // index of the action whose body runs
};

Expected<Ddl> parse_text(std::string_view text, Kind kind) {
    if (text.size() > longest_text)
        return fail_at(1, "the file is too long for a declaration");
    MCO_TRY(statements, parse_statements(text::utf8_scrubbed(text)));
    return Builder(kind).build(statements);
}

}  // namespace

Expected<Ddl> parse(std::string_view text, std::string_view file, Kind kind) {
    auto ddl = parse_text(text, kind);
    if (!ddl)
        return fail(Errc::malformed, std::string(file) + ":" + ddl.error().message);
    return ddl;
}

}  // namespace mco::ddl
