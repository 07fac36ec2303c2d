#include "core/policy/parse.hpp"

#include "core/policy/columns.hpp"
#include "core/policy/condition.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mco::policy {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_name_character);
}

/// `NAME=VALUE`, both names; the values of extensions may hold more.
bool is_caller_id(std::string_view text) {
    const auto equals = text.find('=');
    return equals != std::string_view::npos && is_name(text.substr(0, equals)) &&
           is_name(text.substr(equals + 1));
}

Expected<CallerTest> trusted_test(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_name(text.substr(0, equals)) ||
        equals + 1 == text.size())
        return fail(Errc::malformed, "an extension is written trusted:NAME=VALUE");
    return CallerTest{CallerTest::Kind::trusted,
                      std::string(text.substr(0, equals)),
                      std::string(text.substr(equals + 1))};
}

/// A group can only be named in a policy.
enum class GroupNames { allowed, refused };

Expected<CallerTest> caller_test(std::string_view word, GroupNames names) {
    constexpr std::string_view trusted = "trusted:";
    if (word.starts_with(trusted))
        return trusted_test(word.substr(trusted.size()));
    if (is_caller_id(word))
        return CallerTest{CallerTest::Kind::id, std::string(word), {}};
    if (is_name(word) && names == GroupNames::allowed)
        return CallerTest{CallerTest::Kind::group, std::string(word), {}};
    const std::string quoted = "'" + std::string(word) + "'";
    return fail(Errc::malformed, quoted + " is no caller id such as cert=alice, nor a group");
}

Expected<std::vector<CallerTest>> read_callers(std::string_view column) {
    std::vector<CallerTest> callers;
    if (column == "*")
        return callers;
    for (const auto word : words(column)) {
        if (word == "*")
            return fail(Errc::malformed, "'*' stands alone in its column");
        MCO_TRY(test, caller_test(word, GroupNames::allowed));
        callers.push_back(std::move(test));
    }
    return callers;
}

Expected<std::vector<std::string>> read_actions(std::string_view column) {
    std::vector<std::string> actions;
    if (column == "*")
        return actions;
    for (const auto word : words(column)) {
        if (!is_name(word) && !is_filter_subject(word))
            return fail(Errc::malformed,
                        "'" + std::string(word) + "' cannot be the name of an action");
        actions.emplace_back(word);
    }
    return actions;
}

Expected<Rule> read_rule(std::string_view line) {
    MCO_TRY(parts, columns(line));
    if (parts.size() < 4 || parts.size() > 5)
        return fail(Errc::malformed,
                    "a rule has four or five columns, not " + std::to_string(parts.size()) +
                        ": verb, callers, actions, facts, and classes");
    if (parts[0] != "allow" && parts[0] != "deny")
        return fail(Errc::malformed, "the first column must be allow or deny alone");
    Rule rule;
    rule.allow = parts[0] == "allow";
    rule.columns.assign(parts.begin(), parts.end());
    MCO_TRY(callers, read_callers(parts[1]));
    MCO_TRY(actions, read_actions(parts[2]));
    MCO_TRY(facts, read_condition(parts[3], parts.size() == 5 ? Lists::facts : Lists::nothing));
    rule.callers = std::move(callers);
    rule.actions = std::move(actions);
    rule.facts = std::move(facts);
    rule.classes.anything = true;
    if (parts.size() == 5) {
        MCO_TRY(classes, read_condition(parts[4], Lists::classes));
        rule.classes = std::move(classes);
    }
    return rule;
}

Expected<bool> read_default(const std::vector<std::string_view>& parts) {
    if (parts.size() == 3 && parts[1] == "default" && (parts[2] == "allow" || parts[2] == "deny"))
        return parts[2] == "allow";
    return fail(Errc::malformed, "expected: policy default allow, or: policy default deny");
}

Expected<void> add_line(Policy& policy, std::string_view line, std::size_t number) {
    const auto parts = words(line);
    const auto verb = parts.front();
    if (verb == "policy") {
        MCO_TRY(allow, read_default(parts));
        policy.fallback = Policy::Default{number, allow};
        return {};
    }
    if (verb != "allow" && verb != "deny")
        return fail(Errc::malformed, "a line begins with allow, deny, policy default, or #");
    MCO_TRY(rule, read_rule(line));
    rule.line = number;
    policy.rules.push_back(std::move(rule));
    return {};
}

bool may_be_caller(std::string_view word) {
    return is_caller_id(word) || word.starts_with("trusted:");
}

/// Any word may stand in a group, as ever; one that is no caller's id is never one.
Expected<void> add_group(Groups& groups, std::string_view line, std::size_t number) {
    const auto parts = words(line);
    Groups::Group group;
    group.line = number;
    for (auto word = parts.begin() + 1; word != parts.end(); ++word) {
        if (!may_be_caller(*word)) {
            group.nobody.emplace_back(*word);
            continue;
        }
        MCO_TRY(member, caller_test(*word, GroupNames::refused));
        group.members.push_back(std::move(member));
    }
    if (parts.size() > 1)  // the original leaves an earlier group of that name alone, too
        groups.groups.insert_or_assign(std::string(parts.front()), std::move(group));
    return {};
}

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == 0x7f || (byte < 0x20 && c != '\t' && c != '\r' && c != '\f' && c != '\v');
    });
}

using AddLine = std::function<Expected<void>(std::string_view line, std::size_t number)>;

/// Everything but blank lines and comments.
void each_line(std::string_view text, std::vector<Problem>& problems, const AddLine& add) {
    if (text.size() > max_policy_text)
        return problems.push_back(
            {1, "the file is larger than " + std::to_string(max_policy_text) + " bytes"});
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#')
            continue;
        const auto added = has_control_characters(line)
                               ? fail(Errc::malformed, "there is a control character in it")
                               : add(line, number);
        if (!added)
            problems.push_back({number, added.error().message});
    }
}

template <class Parsed>
Expected<Parsed> usable(Parsed parsed,
                        const std::vector<Problem>& problems,
                        const std::string& file) {
    if (!problems.empty())
        return fail(
            Errc::malformed,
            file + ":" + std::to_string(problems.front().line) + ": " + problems.front().what);
    return parsed;
}

}  // namespace

bool is_filter_subject(std::string_view word) {
    constexpr std::size_t prefix = 5;
    return word.size() > prefix && (word.starts_with("fact:") || word.starts_with("data:"));
}

std::string Rule::text() const {
    std::string joined;
    for (const auto& column : columns)
        joined += (joined.empty() ? "" : "  ") + column;
    return joined;
}

Policy read_policy(std::string_view text, std::string file, std::vector<Problem>& problems) {
    Policy policy;
    policy.file = std::move(file);
    each_line(text, problems, [&](std::string_view line, std::size_t number) {
        return add_line(policy, line, number);
    });
    return policy;
}

Groups read_groups(std::string_view text, std::vector<Problem>& problems) {
    Groups groups;
    each_line(text, problems, [&](std::string_view line, std::size_t number) {
        return add_group(groups, line, number);
    });
    return groups;
}

Expected<Policy> parse_policy(std::string_view text, const std::string& file) {
    std::vector<Problem> problems;
    auto policy = read_policy(text, file, problems);
    return usable(std::move(policy), problems, file);
}

Expected<Groups> parse_groups(std::string_view text, const std::string& file) {
    std::vector<Problem> problems;
    auto groups = read_groups(text, problems);
    return usable(std::move(groups), problems, file);
}

}  // namespace mco::policy
