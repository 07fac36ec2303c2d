// The second pass builds the Value and counts every node and every byte as often as it is copied,
// so that what back-references repeat is bounded too.
#include "core/serializer/entries.hpp"
#include "core/serializer/marshal.hpp"
#include "core/serializer/marshal_nodes.hpp"
#include "core/serializer/marshal_objects.hpp"
#include "core/text/ruby.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mco::serializer::marshal {
namespace {

class Builder {
  public:
    Builder(const std::vector<Node>& nodes, const Limits& limits)
        : nodes_(nodes), limits_(limits) {}

    Expected<Value> build(NodeId id, std::size_t depth);

  private:
    Expected<Value> container(const Node& node, std::size_t depth);
    Expected<Array> children(const Node& node, std::size_t depth);
    Expected<Value> counted(std::string text);

    const std::vector<Node>& nodes_;
    const Limits& limits_;
    std::size_t built_ = 0;
    std::size_t copied_ = 0;
};

Expected<Value> Builder::build(NodeId id, std::size_t depth) {
    const auto& node = nodes_[id];
    copied_ += node.text.size();
    if (++built_ > limits_.nodes || copied_ > limits_.bytes)
        return fail(Errc::limit, "Marshal: back-references repeat too much");
    switch (node.kind) {
        case Kind::nil:
            return Value();
        case Kind::yes:
        case Kind::no:
            return Value(node.kind == Kind::yes);
        case Kind::integer:
            return Value(node.integer);
        case Kind::real:
            return Value(node.real);
        case Kind::string:
            return node.options == 1 ? counted(from_latin1(node.text)) : Value(node.text);
        case Kind::constant:
            return Value(node.text);
        case Kind::big:
            return counted(big_integer(node));
        case Kind::symbol:
            return Value(Symbol{std::string(node.text)});
        case Kind::regexp:
            return Value(Regexp{std::string(node.text), node.options});
        default:
            return container(node, depth);
    }
}

/// A text that is longer than the bytes that it was made of.
Expected<Value> Builder::counted(std::string text) {
    copied_ += text.size();
    if (copied_ > limits_.bytes)
        return fail(Errc::limit, "Marshal: back-references repeat too much");
    return Value(std::move(text));
}

Expected<Array> Builder::children(const Node& node, std::size_t depth) {
    std::vector<Value> children;
    for (const auto child : node.children) {
        MCO_TRY(built, build(child, depth + 1));
        children.push_back(std::move(built));
    }
    return children;
}

Expected<Value> Builder::container(const Node& node, std::size_t depth) {
    if (depth >= limits_.depth)  // a back-reference may stand deeper than what it names
        return fail(Errc::limit, "Marshal: back-references nest too deeply");
    const bool is_object = node.kind != Kind::array && node.kind != Kind::hash;
    if (is_object && !has_readable_children(node))
        return object(node, {});
    MCO_TRY(built, children(node, depth));
    if (is_object) {
        auto told = object(node, built);
        return told.string() != nullptr
                   ? counted(std::move(*std::get_if<std::string>(&told.data())))
                   : Expected<Value>(std::move(told));
    }
    if (node.kind == Kind::array)
        return Value(std::move(built));
    std::vector<Entry> entries;
    entries.reserve(built.size() / 2);
    for (std::size_t i = 0; i + 1 < built.size(); i += 2) {
        const bool plain = built[i].array() == nullptr && built[i].map() == nullptr;
        entries.push_back({plain ? std::move(built[i]) : Value(text::inspect(built[i])),
                           std::move(built[i + 1])});
    }
    return Value(unique(std::move(entries)));
}

}  // namespace

Expected<Value> decode(std::string_view bytes, const Limits& limits, Objects objects) {
    MCO_TRY(document, parse(bytes, limits, objects));
    return Builder(document.nodes, limits).build(document.root, 0);
}

}  // namespace mco::serializer::marshal
