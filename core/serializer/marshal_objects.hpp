// What Ruby's objects are told as. Private to this folder.
#pragma once

#include "core/serializer/marshal_nodes.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::serializer::marshal {

/// Does object() look at the children of `node`? Otherwise they need not be built.
bool has_readable_children(const Node& node);

/// What stands for an object of Kind::dumped, object, structure or user: mostly a text, as Ruby
/// prints it. `children` are those of the node, or none.
Value object(const Node& node, const Array& children);

/// The decimal digits of Kind::big, or, if they were too many, a text that says so.
std::string big_integer(const Node& node);

/// Latin-1 as UTF-8.
std::string from_latin1(std::string_view bytes);

}  // namespace mco::serializer::marshal
