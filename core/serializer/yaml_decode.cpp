#include "core/serializer/entries.hpp"
#include "core/serializer/yaml.hpp"
#include "core/serializer/yaml_events.hpp"
#include "core/serializer/yaml_scalars.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mco::serializer::yaml {
namespace {

/// A value with what it costs, so that copies through aliases can be charged without visiting them.
struct Costed {
    Value value;
    std::size_t nodes = 1;
    std::size_t bytes = 0;
    std::size_t depth = 0;
};

struct Container {
    bool is_map = false;
    std::string anchor;
    std::optional<Value> key;  ///< read, and its value is awaited
    std::vector<Entry> entries;
    Array elements;
    Costed cost;
};

/// Builds the value from the events. Not recursive: the depth is bounded here.
class Builder {
  public:
    Builder(std::string_view text, const Limits& limits) : events_(text), limits_(limits) {}

    Expected<Value> build();

  private:
    Expected<void> take(Event event);
    Expected<void> scalar(Event event);
    Expected<void> alias(const std::string& name);
    Expected<void> open(Event event);
    Expected<void> close();
    Expected<void> place(Costed costed, const std::string& anchor);
    Expected<void> charge(const Costed& costed);

    tl::unexpected<Error> refuse(Errc code, const std::string& why) const {
        return fail(code, "YAML: " + events_.place() + ": " + why);
    }

    Events events_;
    const Limits& limits_;
    std::vector<Container> open_;
    std::map<std::string, Costed, std::less<>> anchors_;
    std::optional<Value> result_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
};

Expected<Value> Builder::build() {
    for (;;) {
        MCO_TRY(event, events_.next());
        if (event.kind == Event::Kind::end)
            break;
        MCO_CHECK(take(std::move(event)));
    }
    if (!result_)
        return fail(Errc::malformed, "YAML: there is no document");
    return *std::move(result_);
}

Expected<void> Builder::take(Event event) {
    switch (event.kind) {
        case Event::Kind::scalar:
            return scalar(std::move(event));
        case Event::Kind::alias:
            return alias(event.anchor);
        case Event::Kind::list_begin:
        case Event::Kind::map_begin:
            return open(std::move(event));
        default:
            return close();
    }
}

Expected<void> Builder::scalar(Event event) {
    const bool is_key = !open_.empty() && open_.back().is_map && !open_.back().key;
    if (is_key && event.plain && event.tag.empty() && event.text == "<<")
        return refuse(Errc::malformed, "merge keys are not accepted");
    Costed costed;
    costed.bytes = event.text.size();
    auto value = !event.tag.empty() ? tagged_scalar(event.tag, std::move(event.text))
                 : event.plain      ? plain_scalar(std::move(event.text))
                                    : Expected<Value>(std::move(event.text));
    if (!value)
        return refuse(value.error().code, value.error().message);
    costed.value = *std::move(value);
    MCO_CHECK(charge(costed));
    return place(std::move(costed), event.anchor);
}

Expected<void> Builder::alias(const std::string& name) {
    const auto known = anchors_.find(name);
    if (known == anchors_.end())
        return refuse(Errc::malformed, "an alias without, or inside, its anchor");
    if (open_.size() + known->second.depth > limits_.depth)
        return refuse(Errc::limit, "nested too deeply");
    MCO_CHECK(charge(known->second));
    return place(known->second, {});
}

Expected<void> Builder::open(Event event) {
    if (!plain_collection_tag(event.tag))
        return refuse(Errc::malformed, "this tag is not accepted");
    if (open_.size() >= limits_.depth)
        return refuse(Errc::limit, "nested too deeply");
    MCO_CHECK(charge({}));
    open_.emplace_back();
    open_.back().is_map = event.kind == Event::Kind::map_begin;
    open_.back().anchor = std::move(event.anchor);
    return {};
}

Expected<void> Builder::close() {
    auto container = std::move(open_.back());
    open_.pop_back();
    auto& costed = container.cost;
    costed.value = container.is_map ? Value(unique(std::move(container.entries)))
                                    : Value(std::move(container.elements));
    ++costed.depth;
    return place(std::move(costed), container.anchor);
}

Expected<void> Builder::charge(const Costed& costed) {
    nodes_ += costed.nodes;
    bytes_ += costed.bytes;
    if (nodes_ > limits_.nodes)
        return refuse(Errc::limit, "too many values");
    if (bytes_ > limits_.bytes)
        return refuse(Errc::limit, "too much text");
    return {};
}

Expected<void> Builder::place(Costed costed, const std::string& anchor) {
    if (!anchor.empty()) {  // what is kept for aliases costs as much as one of them
        MCO_CHECK(charge(costed));
        anchors_[anchor] = costed;
    }
    if (open_.empty()) {
        result_ = std::move(costed.value);
        return {};
    }
    auto& parent = open_.back();
    parent.cost.nodes += costed.nodes;
    parent.cost.bytes += costed.bytes;
    parent.cost.depth = std::max(parent.cost.depth, costed.depth);
    if (!parent.is_map) {
        parent.elements.push_back(std::move(costed.value));
    } else if (parent.key) {
        parent.entries.push_back(
            {*std::exchange(parent.key, std::nullopt), std::move(costed.value)});
    } else {
        if (costed.depth > 0)
            return refuse(Errc::malformed, "a list or map as key");
        parent.key = std::move(costed.value);
    }
    return {};
}

}  // namespace

Expected<Value> decode(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes)
        return fail(Errc::limit, "YAML: longer than " + std::to_string(limits.bytes) + " bytes");
    return Builder(text, limits).build();
}

}  // namespace mco::serializer::yaml
