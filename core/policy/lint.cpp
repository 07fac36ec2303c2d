#include "core/policy/lint.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mco::policy {
namespace {

bool always_fits(const Rule& rule) {
    return rule.callers.empty() && rule.actions.empty() && rule.facts.anything &&
           rule.classes.anything;
}

bool same_question(const Rule& a, const Rule& b) {
    return std::equal(
        a.columns.begin() + 1, a.columns.end(), b.columns.begin() + 1, b.columns.end());
}

/// Could a policy mean the group of this name?
bool can_be_named(const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    });
}

class Linter {
  public:
    Linter(const Policy& policy, const Vocabulary& vocabulary)
        : policy_(policy), vocabulary_(vocabulary) {}

    std::vector<Problem> run() {
        for (const auto& rule : policy_.rules) {
            reach(rule);
            callers(rule);
            actions(rule);
            condition(rule, rule.facts);
            condition(rule, rule.classes);
        }
        if (policy_.rules.empty() && !policy_.fallback)
            say(1, "there is no rule: the setting allow_unconfigured decides");
        if (policy_.fallback && all_ > 0)
            say(policy_.fallback->line,
                "never applies: line " + std::to_string(all_) + " fits everything");
        std::stable_sort(problems_.begin(),
                         problems_.end(),
                         [](const Problem& a, const Problem& b) { return a.line < b.line; });
        return std::move(problems_);
    }

  private:
    void say(std::size_t line, std::string what) { problems_.push_back({line, std::move(what)}); }

    void reach(const Rule& rule) {
        if (all_ > 0)
            return say(rule.line,
                       "never decides: line " + std::to_string(all_) + " fits everything");
        if (always_fits(rule))
            all_ = rule.line;
        const auto earlier =
            std::find_if(policy_.rules.begin(), policy_.rules.end(), [&](const Rule& other) {
                return &other == &rule || same_question(other, rule);
            });
        if (&*earlier != &rule)
            say(rule.line,
                "never decides: line " + std::to_string(earlier->line) + " fits the same calls");
    }

    void callers(const Rule& rule) {
        for (const auto& test : rule.callers)
            if (vocabulary_.groups != nullptr && test.kind == CallerTest::Kind::group &&
                !vocabulary_.groups->groups.contains(test.name))
                say(rule.line, "there is no group " + test.name);
    }

    void actions(const Rule& rule) {
        for (const auto& action : rule.actions)
            if (vocabulary_.is_action && !vocabulary_.is_action(action))
                say(rule.line, "the agent has no action " + action);
    }

    void condition(const Rule& rule, const Condition& condition) {
        if (condition.expression.is_mixed())
            say(rule.line,
                "'and' and 'or' go from left to right in policies, unlike in -S: use parentheses");
        for (const auto& token : condition.expression.tokens())
            if (token.kind == filter::Token::Kind::function && vocabulary_.is_data_plugin &&
                !vocabulary_.is_data_plugin(token.data.name))
                say(rule.line, "no data plug-in " + token.data.name + " is known here");
    }

    const Policy& policy_;
    const Vocabulary& vocabulary_;
    std::vector<Problem> problems_;
    std::size_t all_ = 0;  // the line of the rule that fits everything
};

}  // namespace

std::vector<Problem> lint(const Policy& policy, const Vocabulary& vocabulary) {
    return Linter(policy, vocabulary).run();
}

std::vector<Problem> lint(const Groups& groups) {
    std::vector<Problem> problems;
    for (const auto& [name, group] : groups.groups) {
        if (!can_be_named(name))
            problems.push_back({group.line,
                                "no policy can name '" + name +
                                    "': a group's name consists of letters, digits, _ - and ."});
        for (const auto& word : group.nobody)
            problems.push_back({group.line,
                                "'" + word + "' is nobody: no caller id such as cert=alice, and " +
                                    "groups cannot hold groups"});
    }
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return a.line < b.line;
    });
    return problems;
}

}  // namespace mco::policy
