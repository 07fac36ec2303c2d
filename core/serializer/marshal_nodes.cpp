#include "core/serializer/marshal_reader.hpp"

#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace mco::serializer::marshal {

tl::unexpected<Error> Reader::malformed(std::string_view what) const {
    return fail(Errc::malformed,
                "Marshal: " + std::string(what) + " at byte " + std::to_string(at_));
}

tl::unexpected<Error> Reader::beyond(std::string_view what) const {
    return fail(Errc::limit, "Marshal: " + std::string(what) + " at byte " + std::to_string(at_));
}

Expected<char> Reader::byte() {
    if (remaining() == 0)
        return malformed("the data end early");
    return input_[at_++];
}

/// Ruby's variable-length integer (w_long).
Expected<std::int64_t> Reader::number() {
    MCO_TRY(first, byte());
    const int octet = static_cast<unsigned char>(first);
    const int head = octet < 128 ? octet : octet - 256;
    if (head == 0)
        return 0;
    if (head > 4)
        return head - 5;
    if (head < -4)
        return head + 5;
    const auto width = static_cast<std::size_t>(head < 0 ? -head : head);
    if (remaining() < width)
        return malformed("the data end inside a number");
    std::int64_t magnitude = 0;
    for (std::size_t i = 0; i < width; ++i)
        magnitude |= std::int64_t{static_cast<unsigned char>(input_[at_ + i])} << (8 * i);
    at_ += width;
    return head > 0 ? magnitude : magnitude - (std::int64_t{1} << (8 * width));
}

/// A length or a count of things that take at least `bytes_each` bytes: what cannot fit is refused
/// before anything is built.
Expected<std::size_t> Reader::count(std::size_t bytes_each) {
    MCO_TRY(claimed, number());
    if (claimed < 0 || static_cast<std::uint64_t>(claimed) > remaining() / bytes_each)
        return malformed("a count larger than the data");
    return static_cast<std::size_t>(claimed);
}

Expected<std::string_view> Reader::text() {
    MCO_TRY(length, count(1));
    const auto part = input_.substr(at_, length);
    at_ += length;
    return part;
}

Expected<NodeId> Reader::add(Node node) {
    if (nodes_.size() >= limits_.nodes)
        return beyond("too many values");
    nodes_.push_back(std::move(node));
    return static_cast<NodeId>(nodes_.size() - 1);
}

/// As add(), for the kinds that `@` may name.
Expected<NodeId> Reader::add_object(Node node) {
    MCO_TRY(id, add(std::move(node)));
    objects_.push_back(id);
    return id;
}

Expected<void> Reader::enter(std::size_t depth) const {
    if (depth >= limits_.depth)
        return beyond("nested too deeply");
    return {};
}

Expected<Document> Reader::document() {
    if (input_.size() > limits_.bytes)
        return fail(Errc::limit, "Marshal: the data are too large");
    if (input_.substr(0, 2) != "\x04\x08")
        return fail(Errc::malformed, "Marshal: not version 4.8");
    at_ = 2;
    MCO_TRY(root, value(0));
    return Document{std::move(nodes_), root};
}

/// `depth` counts the containers around the value.
Expected<NodeId> Reader::value(std::size_t depth) {
    MCO_TRY(tag, byte());
    return tagged(tag, depth);
}

Expected<NodeId> Reader::tagged(char tag, std::size_t depth) {
    switch (tag) {
        case '[':
            return array(depth);
        case '{':
            return hash(depth, false);
        case '}':
            return hash(depth, true);
        case 'I':
            return with_variables(depth);
        default:
            return told_ ? object(tag, depth) : scalar(tag);
    }
}

Expected<NodeId> Reader::scalar(char tag) {
    switch (tag) {
        case '0':
            return add({});
        case 'T':
            return add({.kind = Kind::yes});
        case 'F':
            return add({.kind = Kind::no});
        case 'i': {
            MCO_TRY(small, number());
            return add({.kind = Kind::integer, .integer = small});
        }
        case 'l':
            return big_integer();
        case 'f':
            return real();
        case '"':
            return text_node(Kind::string);
        case '/':
            return regexp();
        case ':':
            return symbol();
        case ';':
            return symbol_link();
        case '@':
            return object_link();
        default:
            --at_;
            return malformed("a type that is not plain data");
    }
}

Expected<NodeId> Reader::array(std::size_t depth) {
    MCO_CHECK(enter(depth));
    MCO_TRY(size, count(1));
    MCO_TRY(id, add_object({.kind = Kind::unfinished}));
    std::vector<NodeId> children;  // grows with what is really there: `size` is only a claim
    for (std::size_t i = 0; i < size; ++i) {
        MCO_TRY(element, value(depth + 1));
        children.push_back(element);
    }
    nodes_[id].children = std::move(children);
    nodes_[id].kind = Kind::array;
    return id;
}

Expected<NodeId> Reader::hash(std::size_t depth, bool has_default) {
    MCO_CHECK(enter(depth));
    MCO_TRY(size, count(2));
    MCO_TRY(id, add_object({.kind = Kind::unfinished}));
    std::vector<NodeId> children;
    for (std::size_t i = 0; i < size; ++i) {
        MCO_TRY(key, value(depth + 1));
        if (!told_ && nodes_[key].kind >= Kind::array)
            return malformed("a container as a hash key");
        MCO_TRY(member, value(depth + 1));
        children.push_back(key);
        children.push_back(member);
    }
    if (has_default)
        MCO_CHECK(value(depth + 1));
    nodes_[id].children = std::move(children);
    nodes_[id].kind = Kind::hash;
    return id;
}

Expected<NodeId> Reader::big_integer() {
    MCO_TRY(sign, byte());
    if (sign != '+' && sign != '-')
        return malformed("an integer without a sign");
    MCO_TRY(words, count(2));
    const auto digits = input_.substr(at_, 2 * words);
    at_ += 2 * words;
    std::uint64_t magnitude = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto digit = std::uint64_t{static_cast<unsigned char>(digits[i])};
        if (i >= sizeof magnitude && digit != 0)
            return big(digits, sign == '-');
        magnitude |= i < sizeof magnitude ? digit << (8 * i) : 0;
    }
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (magnitude > largest + (sign == '-' ? 1 : 0))
        return big(digits, sign == '-');
    const auto signed_value = static_cast<std::int64_t>(sign == '-' ? ~magnitude + 1 : magnitude);
    return add_object({.kind = Kind::integer, .integer = signed_value});
}

Expected<NodeId> Reader::real() {
    MCO_TRY(digits, text());
    Node node{.kind = Kind::real};
    if (digits == "nan") {
        node.real = std::numeric_limits<double>::quiet_NaN();
    } else if (digits == "inf" || digits == "-inf") {
        node.real = std::numeric_limits<double>::infinity() * (digits[0] == '-' ? -1 : 1);
    } else {
        const auto* end = digits.data() + digits.size();
        const auto first = digits.find_first_not_of('-');
        const bool begins_well = first <= 1 && digits[first] >= '0' && digits[first] <= '9';
        if (!begins_well ||
            std::from_chars(digits.data(), end, node.real) != std::from_chars_result{end, {}})
            return malformed("a float that is no number");
    }
    return add_object(std::move(node));
}

Expected<NodeId> Reader::text_node(Kind kind) {
    MCO_TRY(characters, text());
    return add_object({.kind = kind, .text = characters});
}

Expected<NodeId> Reader::regexp() {
    MCO_TRY(source, text());
    MCO_TRY(options, byte());
    constexpr unsigned meaningful = 1 | 2 | 4;  // the others say how the source is encoded
    const auto kept = static_cast<std::uint8_t>(static_cast<unsigned char>(options) & meaningful);
    return add_object({.kind = Kind::regexp, .options = kept, .text = source});
}

Expected<NodeId> Reader::symbol() {
    MCO_TRY(name, text());
    MCO_TRY(id, add({.kind = Kind::symbol, .text = name}));
    symbols_.push_back(id);
    return id;
}

Expected<NodeId> Reader::symbol_link() {
    MCO_TRY(index, number());
    if (index < 0 || static_cast<std::uint64_t>(index) >= symbols_.size())
        return malformed("a reference to a symbol that is not there");
    return symbols_[static_cast<std::size_t>(index)];
}

Expected<NodeId> Reader::object_link() {
    MCO_TRY(index, number());
    if (index < 0 || static_cast<std::uint64_t>(index) >= objects_.size())
        return malformed("a reference to an object that is not there");
    const auto id = objects_[static_cast<std::size_t>(index)];
    if (nodes_[id].kind == Kind::unfinished)
        return told_ ? note("(contains itself)") : malformed("an object that contains itself");
    return id;
}

Expected<Document> parse(std::string_view bytes, const Limits& limits, Objects objects) {
    return Reader(bytes, limits, objects).document();
}

}  // namespace mco::serializer::marshal
