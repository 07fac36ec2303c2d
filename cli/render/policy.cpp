#include "cli/render/policy.hpp"

#include "cli/render/text.hpp"
#include "core/serializer/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace mco::render {

namespace {

using Outcome = policy::Judged::Outcome;

std::string_view sentence(Outcome outcome) {
    switch (outcome) {
        case Outcome::holds:
            return "holds";
        case Outcome::fails:
            return "does not hold";
        case Outcome::not_asked:
            return "not looked at";
        case Outcome::cannot_tell:
            return "cannot be evaluated";
    }
    return {};
}

std::string_view word(Outcome outcome) {
    switch (outcome) {
        case Outcome::holds:
            return "holds";
        case Outcome::fails:
            return "fails";
        case Outcome::not_asked:
            return "not_asked";
        case Outcome::cannot_tell:
            return "cannot_tell";
    }
    return {};
}

std::string_view word(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

std::string joined(const std::vector<std::string>& sentences) {
    std::string text;
    for (const auto& one : sentences)
        text += (text.empty() ? "" : "; ") + one;
    return text;
}

std::string judged_text(const policy::Judged& judged, std::size_t width) {
    const auto why = judged.why.empty() ? "" : ": " + joined(judged.why);
    return fmt::format("          {}  {}  {}{}\n",
                       left(judged.column, 7),
                       left(judged.text, width),
                       sentence(judged.outcome),
                       why);
}

std::string rule_text(const policy::JudgedRule& rule, const Palette& palette) {
    constexpr std::size_t widest_column = 40;
    std::size_t width = 0;
    for (const auto& judged : rule.columns)
        width = std::max(width, std::min(length(judged.text), widest_column));
    auto text = fmt::format("  {}  {}\n",
                            right(std::to_string(rule.line), 6),
                            rule.decides ? palette.paint(Colour::bold, rule.text) : rule.text);
    for (const auto& judged : rule.columns)
        text += judged_text(judged, width);
    return text;
}

Value number(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

Value to_value(const policy::JudgedRule& rule) {
    Array columns;
    for (const auto& judged : rule.columns) {
        Array why;
        for (const auto& one : judged.why)
            why.emplace_back(one);
        columns.emplace_back(Map{{"column", judged.column},
                                 {"text", judged.text},
                                 {"outcome", word(judged.outcome)},
                                 {"why", std::move(why)}});
    }
    return Map{{"line", number(rule.line)},
               {"text", rule.text},
               {"decides", rule.decides},
               {"columns", std::move(columns)}};
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& [file, line, severity, what] : findings)
        text += fmt::format("{}{}: {}: {}\n",
                            file,
                            line > 0 ? fmt::format(":{}", line) : std::string(),
                            word(severity),
                            what);
    return text;
}

std::string findings_json(const std::vector<Finding>& findings) {
    Array all;
    for (const auto& [file, line, severity, what] : findings)
        all.emplace_back(Map{{"file", file},
                             {"line", number(line)},
                             {"severity", word(severity)},
                             {"message", what}});
    return serializer::encode_json(all, serializer::Style::pretty) + '\n';
}

std::string explanation_text(const Explained& explained, const Palette& palette) {
    const auto verdict = explained.allowed ? palette.paint(Colour::green, "allowed")
                                           : palette.paint(Colour::red, "denied");
    auto text = fmt::format("{} calls {}#{} in {} on {}: {}\n\n  {}\n",
                            explained.caller,
                            explained.agent,
                            explained.action,
                            explained.collective,
                            explained.node.empty() ? "this machine" : explained.node,
                            verdict,
                            explained.rule);
    if (!explained.rules.empty())
        text += '\n';
    for (const auto& rule : explained.rules)
        text += rule_text(rule, palette);
    return text + fmt::format("\nPolicies read from {} on this machine; {}.\n",
                              explained.folder,
                              explained.node.empty()
                                  ? "a node may have others"
                                  : explained.node +
                                        " may have others, only its facts and classes "
                                        "were asked for");
}

std::string explanation_json(const Explained& explained) {
    Array rules;
    for (const auto& rule : explained.rules)
        rules.push_back(to_value(rule));
    const Map all{{"caller", explained.caller},
                  {"agent", explained.agent},
                  {"action", explained.action},
                  {"collective", explained.collective},
                  {"node", explained.node},
                  {"folder", explained.folder},
                  {"allowed", explained.allowed},
                  {"because", explained.because},
                  {"file", explained.file},
                  {"line", number(explained.line)},
                  {"rule", explained.rule},
                  {"rules", std::move(rules)}};
    return serializer::encode_json(all, serializer::Style::pretty) + '\n';
}

}  // namespace mco::render
