// What Marshal knows beside plain data, and the variables of values.
#include "core/serializer/marshal_reader.hpp"

#include <utility>

namespace mco::serializer::marshal {

/// What is no plain data.
Expected<NodeId> Reader::object(char tag, std::size_t depth) {
    switch (tag) {
        case 'o':
            return members(Kind::object, depth);
        case 'S':
            return members(Kind::structure, depth);
        case 'U':
            return user(depth);
        case 'u':
            return dumped(depth, false);
        case 'c':
        case 'm':
        case 'M':
            return text_node(Kind::constant);
        case 'C':
        case 'e':  // plain data of a class of its own, or with modules: only the data count
            MCO_CHECK(name());
            return inside(depth);
        default:
            return scalar(tag);
    }
}

/// The name of a class: a symbol.
Expected<std::string_view> Reader::name() {
    MCO_TRY(tag, byte());
    if (tag != ':' && tag != ';')
        return malformed("a class without a name");
    MCO_TRY(id, scalar(tag));
    return nodes_[id].text;
}

Expected<NodeId> Reader::inside(std::size_t depth) {
    MCO_CHECK(enter(depth));
    return value(depth + 1);
}

Expected<NodeId> Reader::members(Kind kind, std::size_t depth) {
    MCO_CHECK(enter(depth));
    MCO_TRY(class_name, name());
    MCO_TRY(id, add_object({.kind = Kind::unfinished, .name = class_name}));
    MCO_TRY(all, variables(depth));
    nodes_[id].children = std::move(all);
    nodes_[id].kind = kind;
    return id;
}

Expected<NodeId> Reader::user(std::size_t depth) {
    MCO_TRY(class_name, name());
    MCO_TRY(id, add_object({.kind = Kind::unfinished, .name = class_name}));
    MCO_TRY(child, inside(depth));
    nodes_[id].children.push_back(child);
    nodes_[id].kind = Kind::user;
    return id;
}

/// Counts as an object only behind its variables, as in Ruby.
Expected<NodeId> Reader::dumped(std::size_t depth, bool has_variables) {
    MCO_TRY(class_name, name());
    MCO_TRY(bytes, text());
    std::vector<NodeId> all;
    if (has_variables) {
        MCO_TRY(read, variables(depth));
        all = std::move(read);
    }
    return add_object(
        {.kind = Kind::dumped, .text = bytes, .name = class_name, .children = std::move(all)});
}

/// A text of ours in place of a value.
Expected<NodeId> Reader::note(std::string_view text) {
    return add({.kind = Kind::string, .text = text});
}

/// `I`: text or a regular expression followed by instance variables, which say its encoding.
Expected<NodeId> Reader::with_variables(std::size_t depth) {
    MCO_TRY(tag, byte());
    const bool plain = tag == '"' || tag == '/' || tag == ':';
    if (!plain && !told_)
        return malformed("instance variables of something else than text");
    if (tag == 'u')
        return dumped(depth, true);
    if (!plain)
        MCO_CHECK(enter(depth));
    MCO_TRY(id, plain ? scalar(tag) : tagged(tag, depth + 1));
    MCO_TRY(all, variables(depth));
    if (told_ && nodes_[id].kind == Kind::string)
        note_encoding(nodes_[id], all);
    return id;
}

void Reader::note_encoding(Node& text, const std::vector<NodeId>& variables) const {
    for (std::size_t i = 0; i + 1 < variables.size(); i += 2) {
        if (nodes_[variables[i]].text == "encoding" &&
            nodes_[variables[i + 1]].text == "ISO-8859-1")
            text.options = 1;
    }
}

/// Variable, value, variable, value …
Expected<std::vector<NodeId>> Reader::variables(std::size_t depth) {
    MCO_TRY(size, count(2));
    std::vector<NodeId> all;
    for (std::size_t i = 0; i < size; ++i)
        MCO_CHECK(variable(depth, all));
    return all;
}

Expected<void> Reader::variable(std::size_t depth, std::vector<NodeId>& all) {
    MCO_TRY(tag, byte());
    if (tag != ':' && tag != ';')
        return malformed("an instance variable without a name");
    MCO_TRY(key, scalar(tag));
    // Nearly always :E with true or false, which needs no room below.
    const bool flag = remaining() != 0 && (input_[at_] == 'T' || input_[at_] == 'F');
    if (!flag)
        MCO_CHECK(enter(depth));
    MCO_TRY(member, value(depth + 1));
    all.push_back(key);
    all.push_back(member);
    return {};
}

Expected<NodeId> Reader::big(std::string_view digits, bool negative) {
    if (!told_)
        return beyond("an integer of more than 64 bits");
    return add_object(
        {.kind = Kind::big, .options = static_cast<std::uint8_t>(negative), .text = digits});
}

}  // namespace mco::serializer::marshal
