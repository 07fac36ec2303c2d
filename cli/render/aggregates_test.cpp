// What we show of aggregates beside what the original shows, which tests/interop/aggregates.json
// records and tests/interop/test_aggregates.py asks anew.
#include "cli/render/statistics.hpp"
#include "core/ddl/aggregate.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace mco::render {
namespace {

std::string text_of(const Value& map, std::string_view key) {
    const auto* value = map.find(key);
    return value != nullptr ? text::to_s(*value) : std::string();
}

const Array& list_of(const Value& map, std::string_view key) {
    static const Array none;
    const auto* value = map.find(key);
    return value != nullptr && value->array() != nullptr ? *value->array() : none;
}

ddl::Action action_of(const Value& call) {
    ddl::Action action;
    for (const auto& output : list_of(call, "outputs"))
        action.outputs.push_back({*output.string(), "", "Label of " + *output.string(), {}});
    for (const auto& declared : list_of(call, "aggregates")) {
        ddl::Aggregate aggregate{
            text_of(declared, "function"), text_of(declared, "output"), {}, {}};
        if (const auto* format = declared.find("format"))
            aggregate.format = *format->string();
        if (const auto* options = declared.find("options"))
            for (const auto& [key, value] : options->map()->entries())
                aggregate.options.set(Symbol{*key.string()}, value);
        action.aggregates.push_back(std::move(aggregate));
    }
    return action;
}

Value recorded() {
    std::ifstream file("tests/interop/aggregates.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    auto decoded = serializer::decode_json(text);
    EXPECT_TRUE(decoded) << decoded.error().message;
    return decoded ? *std::move(decoded) : Value();
}

std::string shown(const Value& call) {
    std::vector<const Map*> replies;
    for (const auto& reply : list_of(call, "replies"))
        replies.push_back(reply.map());
    return summaries_text(ddl::summarize(action_of(call), replies), Palette{false});
}

/// The original says at which step its Ruby failed, we say why.
std::string without_reasons(const std::string& text) {
    return std::regex_replace(text, std::regex("(Could not compute summary) - [^\n]*"), "$1");
}

TEST(Aggregates, ShowWhatTheOriginalShows) {
    const auto all = recorded();
    std::set<std::string> names;
    for (const auto& call : list_of(all, "calls")) {
        const auto name = text_of(call, "name");
        const bool differs = call.find("differs") != nullptr;
        const auto ours = shown(call);
        EXPECT_EQ(without_reasons(ours),
                  without_reasons(text_of(call, differs ? "ours" : "original")))
            << name;
        EXPECT_EQ(ours.find("exception"), std::string::npos) << name;
        EXPECT_EQ(differs, call.find("ours") != nullptr) << name;
        EXPECT_NE(text_of(call, "ours"), text_of(call, "original")) << name;
        names.insert(name);
    }
    EXPECT_GE(names.size(), 70U);
    EXPECT_EQ(names.size(), list_of(all, "calls").size());
}

}  // namespace
}  // namespace mco::render
