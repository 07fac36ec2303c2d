#include "facts/yaml.hpp"

#include "core/text/yaml_text.hpp"
#include "facts/text.hpp"

#include <yaml-cpp/yaml.h>

#include <cstddef>

namespace mco::facts {

namespace {

constexpr std::size_t most_nodes = 250'000;  // with aliases counted as often as they occur
constexpr std::size_t most_text = 16u << 20;
constexpr int most_levels = 64;

/// Quoted scalars and those with a tag are taken as they stand, bytes decoded.
std::string text_of(const YAML::Node& scalar) {
    if (auto bytes = text::yaml_binary(scalar.Tag(), scalar.Scalar()))
        return *std::move(bytes);
    return scalar.Tag() == "?" || scalar.Tag().empty() ? scalar_text(scalar.Scalar())
                                                       : scalar.Scalar();
}

std::string place(const YAML::Mark& mark) {
    return mark.is_null() ? std::string()
                          : "line " + std::to_string(mark.line + 1) + ", column " +
                                std::to_string(mark.column + 1) + ": ";
}

/// Turns nodes into values, counting, because a few aliases of aliases stand for billions of nodes.
class Conversion {
  public:
    explicit Conversion(const std::string& source) : source_(source) {}

    Expected<Value> value(const YAML::Node& node, int level);
    Expected<Map> map(const YAML::Node& node, int level);

  private:
    Expected<void> check_colon(const YAML::Node& key, const YAML::Node& value) const;
    Expected<void> count(const YAML::Node& node, int level);
    Expected<void> add_entry(Map& map, const YAML::Node& key, const YAML::Node& value, int level);
    Expected<void> merge(Map& map, const YAML::Node& from, int level);

    const std::string& source_;
    std::size_t nodes_ = 0;
    std::size_t text_ = 0;
};

Expected<void> Conversion::count(const YAML::Node& node, int level) {
    if (level > most_levels)
        return fail(Errc::limit,
                    "nested more than " + std::to_string(most_levels) + " levels deep");
    if (node.IsScalar())
        text_ += node.Scalar().size();
    if (++nodes_ > most_nodes || text_ > most_text)
        return fail(Errc::limit, "holds more values than facts should have");
    return {};
}

Expected<void> Conversion::check_colon(const YAML::Node& key, const YAML::Node& value) const {
    if (!value.IsNull() || !key.IsScalar() || key.Tag() != "?" || key.Mark().is_null() ||
        text::has_yaml_colon(source_, static_cast<std::size_t>(key.Mark().pos), key.Scalar()))
        return {};
    return fail(Errc::malformed,
                place(key.Mark()) + "a name without a colon; is the file half written?");
}

Expected<Value> Conversion::value(const YAML::Node& node, int level) {
    MCO_CHECK(count(node, level));
    if (node.IsScalar())
        return Value(text_of(node));
    if (node.IsMap() && text::is_yaml_string_object(node.Tag()))
        return node["str"].IsDefined() ? value(node["str"], level + 1) : Value("");
    if (node.IsMap()) {
        MCO_TRY(entries, map(node, level));
        return Value(std::move(entries));
    }
    if (!node.IsSequence())
        return Value("");
    Array members;
    for (const auto& member : node) {
        MCO_TRY(converted, value(member, level + 1));
        members.push_back(std::move(converted));
    }
    return Value(std::move(members));
}

Expected<Map> Conversion::map(const YAML::Node& node, int level) {
    Map entries;
    for (const auto& entry : node) {
        if (node.Style() == YAML::EmitterStyle::Block)
            MCO_CHECK(check_colon(entry.first, entry.second));
        MCO_CHECK(add_entry(entries, entry.first, entry.second, level + 1));
    }
    return entries;
}

Expected<void> Conversion::add_entry(Map& map,
                                     const YAML::Node& key,
                                     const YAML::Node& value,
                                     int level) {
    MCO_CHECK(count(key, level));
    if (!key.IsScalar() && !key.IsNull())
        return fail(Errc::malformed, "a list or map cannot be the name of a fact");
    const bool is_merge = key.IsScalar() && key.Tag() == "?" && key.Scalar() == "<<";
    if (is_merge && (value.IsMap() || value.IsSequence()))
        return merge(map, value, level);
    MCO_TRY(converted, this->value(value, level));
    map.set(key.IsNull() ? "" : text_of(key), std::move(converted));
    return {};
}

/// Entries that are there already win over merged ones.
Expected<void> Conversion::merge(Map& map, const YAML::Node& from, int level) {
    MCO_CHECK(count(from, level));
    if (from.IsSequence()) {
        for (const auto& member : from)
            MCO_CHECK(merge(map, member, level + 1));
        return {};
    }
    if (!from.IsMap())
        return fail(Errc::malformed, "only maps can be merged");
    MCO_TRY(entries, this->map(from, level));
    for (auto& [key, value] : entries.entries()) {
        if (map.find(*key.text()) == nullptr)
            map.set(std::move(key), std::move(value));
    }
    return {};
}

}  // namespace

Expected<Map> parse_yaml(const std::string& text) {
    if (text.find('\0') != std::string::npos)
        return fail(Errc::malformed, "holds a NUL byte");
    try {
        const auto document = YAML::Load(text);
        if (document.IsNull())
            return Map();
        if (!document.IsMap())
            return fail(Errc::malformed, "is not a map of facts");
        return Conversion(text).map(document, 0);
    } catch (const YAML::Exception& error) {
        return fail(Errc::malformed, place(error.mark) + error.msg);
    }
}

}  // namespace mco::facts
