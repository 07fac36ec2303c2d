#include "agents/resource/application/json.hpp"

#include "agents/resource/application/parameters.hpp"
#include "client/json.hpp"
#include "core/serializer/json.hpp"

#include <cstdint>
#include <utility>

namespace mco::resource::application {

namespace {

Value number(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

Value names(const client::Comparison& comparison, const std::vector<client::NodeNumber>& nodes) {
    const auto all = comparison.names(nodes);
    return Array(all.begin(), all.end());
}

}  // namespace

Value title_object(const client::Comparison& comparison,
                   const client::TypeComparison& type,
                   const client::TitleFigures& title,
                   bool with_nodes) {
    Array variants;
    for (const auto& variant : type.variants.of(title.title)) {
        Map one{{"count", number(variant.nodes.size())}};
        if (with_nodes)
            one.set("nodes", names(comparison, variant.nodes));
        one.set("parameters", parameters_of(variant.parameters));
        variants.push_back(std::move(one));
    }
    return Map{{"type", type.type},
               {"title", title.title},
               {"count", number(title.nodes)},
               {"of", number(type.answered.size())},
               {"similarity", title.similarity()},
               {"variants", std::move(variants)}};
}

Value figures_object(const std::string& type, const client::Figures& figures, std::size_t nodes) {
    return Map{{"type", type},
               {"titles", number(figures.titles)},
               {"total", number(figures.total)},
               {"differing", number(figures.differing)},
               {"similarity", figures.similarity()},
               {"coverage", figures.coverage()},
               {"nodes", number(nodes)}};
}

std::vector<Value> shortfall_objects(const Browsed& browsed) {
    std::vector<Value> objects;
    const auto& comparison = browsed.comparison;
    for (const auto& type : comparison.types)
        for (const auto& failure : type.failed)
            objects.push_back(Map{{"failed", comparison.nodes[failure.node]},
                                  {"type", type.type},
                                  {"message", failure.why}});
    for (const auto& missing : browsed.missing)
        objects.push_back(client::missing_object(missing));
    return objects;
}

ObjectWriter::ObjectWriter(cli::Context& context)
    : context_(context), lines_(context.settings.form == cli::Form::jsonl) {
    if (!lines_)
        text_ = "[";
}

void ObjectWriter::add(const Value& object) {
    constexpr std::size_t enough = std::size_t{1} << 16;
    if (!lines_ && std::exchange(any_, true))
        text_ += ",\n ";
    text_ += serializer::encode_json(object);
    if (lines_)
        text_ += '\n';
    if (text_.size() >= enough)
        flush();
}

void ObjectWriter::finish(const Value& summary) {
    text_ += lines_ ? client::json_line(Map{{"summary", summary}}) : "]\n";
    flush();
}

void ObjectWriter::flush() {
    context_.screen.out(std::exchange(text_, {}));
}

}  // namespace mco::resource::application
