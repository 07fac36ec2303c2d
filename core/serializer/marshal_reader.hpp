// The first pass: bytes to nodes. Plain data are read in marshal_nodes.cpp, everything else in
// marshal_object_nodes.cpp. Private to this folder.
#pragma once

#include "core/serializer/marshal_nodes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mco::serializer::marshal {

class Reader {
  public:
    Reader(std::string_view bytes, const Limits& limits, Objects objects)
        : input_(bytes), limits_(limits), told_(objects == Objects::told) {}

    Expected<Document> document();

  private:
    Expected<NodeId> value(std::size_t depth);
    Expected<NodeId> tagged(char tag, std::size_t depth);
    Expected<NodeId> object(char tag, std::size_t depth);
    Expected<NodeId> members(Kind kind, std::size_t depth);
    Expected<NodeId> user(std::size_t depth);
    Expected<NodeId> inside(std::size_t depth);
    Expected<NodeId> dumped(std::size_t depth, bool has_variables);
    Expected<std::string_view> name();
    Expected<NodeId> big(std::string_view digits, bool negative);
    Expected<NodeId> note(std::string_view text);
    Expected<NodeId> scalar(char tag);
    Expected<NodeId> array(std::size_t depth);
    Expected<NodeId> hash(std::size_t depth, bool has_default);
    Expected<NodeId> with_variables(std::size_t depth);
    Expected<NodeId> big_integer();
    Expected<NodeId> real();
    Expected<NodeId> regexp();
    Expected<NodeId> symbol();
    Expected<NodeId> symbol_link();
    Expected<NodeId> object_link();
    Expected<NodeId> text_node(Kind kind);
    Expected<std::vector<NodeId>> variables(std::size_t depth);
    Expected<void> variable(std::size_t depth, std::vector<NodeId>& all);
    void note_encoding(Node& text, const std::vector<NodeId>& variables) const;

    Expected<NodeId> add(Node node);
    Expected<NodeId> add_object(Node node);
    Expected<void> enter(std::size_t depth) const;
    Expected<char> byte();
    Expected<std::int64_t> number();
    Expected<std::size_t> count(std::size_t bytes_each);
    Expected<std::string_view> text();
    tl::unexpected<Error> malformed(std::string_view what) const;
    tl::unexpected<Error> beyond(std::string_view what) const;

    std::size_t remaining() const { return input_.size() - at_; }

    std::string_view input_;
    const Limits& limits_;
    bool told_;
    std::size_t at_ = 0;
    std::vector<Node> nodes_;
    std::vector<NodeId> objects_;
    std::vector<NodeId> symbols_;
};

}  // namespace mco::serializer::marshal
