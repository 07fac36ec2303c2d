// The first pass over Marshal bytes: a flat arena of nodes, in which a back-reference is nothing
// but the number of the node it names. So a huge count or a pyramid of back-references costs no
// more here than its bytes do. Private to this folder.
#pragma once

#include "core/error.hpp"
#include "core/serializer/limits.hpp"
#include "core/serializer/marshal.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mco::serializer::marshal {

using NodeId = std::uint32_t;

enum class Kind : std::uint8_t {
    nil,
    yes,
    no,
    integer,
    real,
    string,
    symbol,
    regexp,
    big,       // an integer of more than 64 bits: `text` is its bytes, `options` 1 if negative
    constant,  // a class or module: `text` is its name
    dumped,    // an object as `text` of its class's own; children: variables as in object
    array,
    hash,
    object,     // children: variable, value, variable, value …
    structure,  // a Struct; children: member, value …
    user,       // an object as one value that its class made of it: the only child
    unfinished
};

struct Node {
    Kind kind = Kind::nil;
    std::uint8_t options = 0;  // regexp; string: 1 if its bytes are Latin-1
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text = {};         // string, symbol, regexp: a part of the input
    std::string_view name = {};         // dumped, object, structure, user: of the class
    std::vector<NodeId> children = {};  // array: elements; hash: key, value, key, value …
};

struct Document {
    std::vector<Node> nodes;
    NodeId root = 0;
};

/// Texts in the result point into `bytes` or are literals. No node is Kind::unfinished and none
/// contains itself; keys of hashes are scalars unless objects are told. Errors: as decode().
Expected<Document> parse(std::string_view bytes, const Limits& limits, Objects objects);

}  // namespace mco::serializer::marshal
