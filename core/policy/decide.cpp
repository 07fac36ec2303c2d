#include "core/policy/decide.hpp"

#include "core/policy/term.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace mco::policy {
namespace {

using Outcome = Judged::Outcome;

/// Where what is seen on the way is written down; null when nobody asked.
using Why = std::vector<std::string>;

void note(Why* why, std::string sentence) {
    if (why != nullptr)
        why->push_back(std::move(sentence));
}

bool extension_present(const CallerTest& test, const message::Trusted& trusted) {
    return std::any_of(trusted.begin(), trusted.end(), [&](const auto& extension) {
        return extension.first == test.name && extension.second == test.value;
    });
}

bool is_caller(const CallerTest& test, const Question& question) {
    if (test.kind == CallerTest::Kind::trusted)
        return extension_present(test, question.trusted);
    return test.kind == CallerTest::Kind::id && test.name == question.caller;
}

std::string spelt(const CallerTest& test) {
    return test.kind == CallerTest::Kind::trusted ? "trusted:" + test.name + "=" + test.value
                                                  : test.name;
}

/// A fact's rule is one for the facts inside it, too.
bool covers(const std::string& word, std::string_view action) {
    if (!action.starts_with(word))
        return false;
    return action.size() == word.size() ||
           (word.starts_with("fact:") && action[word.size()] == '.');
}

class Judge {
  public:
    Judge(const Groups& groups, const Question& question, const Subject& subject)
        : groups_(groups), question_(question), subject_(subject) {}

    bool callers(const Rule& rule, Why* why) const {
        return rule.callers.empty() ||
               std::any_of(rule.callers.begin(), rule.callers.end(), [&](const CallerTest& test) {
                   return test.kind == CallerTest::Kind::group ? in_group(test.name, why)
                                                               : is_caller(test, question_);
               });
    }

    bool actions(const Rule& rule) const {
        return rule.actions.empty() ||
               std::any_of(
                   rule.actions.begin(), rule.actions.end(), [this](const std::string& word) {
                       return covers(word, question_.action);
                   });
    }

    Expected<bool> condition(const Condition& condition, Why* why) const {
        if (condition.anything)
            return true;
        return condition.expression.evaluate([&](const filter::Token& token) {
            return token.kind == filter::Token::Kind::function
                       ? function(token.data, why)
                       : statement(condition.terms.find(token.text)->second, why);
        });
    }

  private:
    bool in_group(const std::string& name, Why* why) const {
        const auto found = groups_.groups.find(name);
        if (found == groups_.groups.end()) {
            note(why, "there is no group " + name);
            return false;
        }
        const auto& members = found->second.members;
        const auto member = std::find_if(members.begin(), members.end(), [&](const auto& test) {
            return is_caller(test, question_);
        });
        if (member != members.end())
            note(why, "the group " + name + " has " + spelt(*member));
        else
            note(why, "the group " + name + " does not have the caller");
        return member != members.end();
    }

    Expected<bool> statement(const Term& term, Why* why) const {
        MCO_TRY(held, holds(term, subject_));
        if (why != nullptr)
            why->push_back(seen(term, subject_));
        return held;
    }

    /// What a data plug-in cannot answer settles nothing, so that the call is denied. The original
    /// takes it for false (client and agents §6.3), which opens every `not` and skips every `deny`.
    Expected<bool> function(const filter::DataTest& test, Why* why) const {
        const auto name = test.name + "('" + test.params.value_or("") + "')." + test.field;
        const auto answer =
            subject_.data ? subject_.data(test)
                          : Expected<Map>(fail(Errc::unavailable, "nothing is known of it here"));
        if (!answer)
            return fail(answer.error().code,
                        name + " could not be asked: " + answer.error().message);
        auto held = filter::satisfies(test, *answer);
        if (!held)
            return fail(held.error().code, name + ": " + held.error().message);
        note(why, name + (*held ? " is as wanted" : " is not as wanted"));
        return held;
    }

    const Groups& groups_;
    const Question& question_;
    const Subject& subject_;
};

Outcome outcome(const Expected<bool>& held) {
    if (!held)
        return Outcome::cannot_tell;
    return *held ? Outcome::holds : Outcome::fails;
}

JudgedRule blank(const Rule& rule) {
    JudgedRule judged{rule.line, rule.text(), false, {}};
    constexpr std::array<const char*, 4> names = {"callers", "actions", "facts", "classes"};
    for (std::size_t i = 1; i < rule.columns.size(); ++i)
        judged.columns.push_back({names[i - 1], rule.columns[i], Outcome::not_asked, {}});
    return judged;
}

/// Do all columns hold? They are asked from left to right, and none after one that does not.
Expected<bool> fits(const Judge& judge, const Rule& rule, JudgedRule* judged) {
    const std::array<std::function<Expected<bool>(Why*)>, 4> columns = {
        [&](Why* why) { return judge.callers(rule, why); },
        [&](Why*) { return judge.actions(rule); },
        [&](Why* why) { return judge.condition(rule.facts, why); },
        [&](Why* why) { return judge.condition(rule.classes, why); }};
    for (std::size_t i = 0; i + 1 < rule.columns.size(); ++i) {
        auto* column = judged == nullptr ? nullptr : &judged->columns[i];
        auto held = columns[i](column == nullptr ? nullptr : &column->why);
        if (column != nullptr)
            column->outcome = outcome(held);
        if (!held || !*held)
            return held;
    }
    return true;
}

Decision by_default(const Policy& policy) {
    if (!policy.fallback)
        return {};
    const auto allow = policy.fallback->allow;
    return {allow,
            Ground::default_line,
            policy.fallback->line,
            std::string("policy default ") + (allow ? "allow" : "deny")};
}

}  // namespace

Decision decide(const Policy& policy,
                const Groups& groups,
                const Question& question,
                const Subject& subject,
                Explanation* explanation) {
    const Judge judge(groups, question, subject);
    for (const auto& rule : policy.rules) {
        JudgedRule* judged = nullptr;
        if (explanation != nullptr)
            judged = &explanation->emplace_back(blank(rule));
        const auto fit = fits(judge, rule, judged);
        if (fit && !*fit)
            continue;
        if (judged != nullptr)
            judged->decides = true;
        if (!fit)
            return {false, Ground::cannot_decide, rule.line, fit.error().message};
        return {rule.allow, Ground::rule, rule.line, rule.text()};
    }
    return by_default(policy);
}

}  // namespace mco::policy
