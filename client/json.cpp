#include "client/json.hpp"

#include "core/serializer/json.hpp"

#include <cstdint>

namespace mco::client {

namespace {

Value number(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

Array names(const std::vector<std::string>& nodes) {
    return {nodes.begin(), nodes.end()};
}

Value aggregate_object(const ddl::Summary& summary) {
    Map object{{"output", summary.output}, {"label", summary.label}};
    if (!summary.failure.empty())
        object.set("failure", summary.failure);
    else
        object.set("lines", names(summary.lines));
    return object;
}

Map of_action(const Called& called) {
    return {{"agent", called.agent}, {"action", called.action}};
}

void describe(Map& object, const Missing& missing) {
    object.set("missing", missing.node);
    object.set("reason", name(missing.absence));
    object.set("message", missing.text);
}

}  // namespace

void JsonList::add(const Value& element) {
    const bool first = text_.size() == 1;
    text_ += first ? "" : ",";
    if (!indented_) {
        text_ += serializer::encode_json(element);
        return;
    }
    text_ += "\n  ";
    // Strings hold no line ends in JSON: every one of them is layout.
    for (const char c : serializer::encode_json(element, serializer::Style::pretty)) {
        text_ += c;
        if (c == '\n')
            text_ += "  ";
    }
}

std::string JsonList::finish() {
    text_ += indented_ && text_.size() > 1 ? "\n]\n" : "]\n";
    return std::move(text_);
}

std::string json_line(const Value& object) {
    return serializer::encode_json(object) + '\n';
}

Value reply_object(const Result& result, const Called& called) {
    return Map{{"agent", called.agent},
               {"action", called.action},
               {"sender", result.sender},
               {"statuscode", result.status},
               {"statusmsg", result.message},
               {"data", result.data}};
}

Value missing_object(const Missing& missing) {
    Map object;
    describe(object, missing);
    return object;
}

Value missing_object(const Missing& missing, const Called& called) {
    auto object = of_action(called);
    describe(object, missing);
    return object;
}

Value summary_object(const Outcome& outcome, const Called& called) {
    const auto& statistics = outcome.statistics;
    Array aggregates;
    for (const auto& summary : outcome.summaries)
        aggregates.push_back(aggregate_object(summary));
    auto object = of_action(called);
    object.set("summary",
               Map{{"discovered", number(statistics.discovered.size())},
                   {"replies", number(statistics.responses)},
                   {"passed", number(statistics.passed)},
                   {"failed", number(statistics.failed)},
                   {"missing", number(outcome.missing.size())},
                   {"unexpected", names(statistics.unexpected)},
                   {"unproven", number(statistics.unproven)},
                   {"interrupted", statistics.interrupted},
                   {"discovery_time", statistics.discovery_time.count()},
                   {"agent_time", statistics.agent_time.count()},
                   {"aggregates", std::move(aggregates)}});
    return object;
}

std::string result_json(const Outcome& outcome, const Called& called, bool indented) {
    JsonList list(indented);
    for (const auto& result : outcome.results)
        list.add(reply_object(result, called));
    for (const auto& missing : outcome.missing)
        list.add(missing_object(missing, called));
    return list.finish();
}

std::string closing_lines(const Outcome& outcome, const Called& called) {
    std::string text;
    for (const auto& missing : outcome.missing)
        text += json_line(missing_object(missing, called));
    return text + json_line(summary_object(outcome, called));
}

}  // namespace mco::client
