#include "client/sources/inventory_file.hpp"

#include "core/config/literals.hpp"
#include "core/text/ruby.hpp"
#include "core/text/spelling.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t most_values = 1'000'000;  // with aliases counted as often as they occur
constexpr std::size_t most_nodes = 250'000;
constexpr int most_levels = 64;

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> group_words =
    {"groups", "nodes", "targets", "facts", "classes", "name"};
constexpr std::array<std::string_view, 5> node_words = {"name",
                                                        "uri",
                                                        "facts",
                                                        "classes",
                                                        "collectives"};
/// What the transports of Bolt need, what asks its plug-ins aside; and agents, which are known only
/// to the nodes.
constexpr std::array<std::string_view, 8> skipped_words =
    {"version", "config", "vars", "features", "plugin_hooks", "alias", "agents", "description"};

const char* const plugin_word = "_plugin";
constexpr std::string_view merge_word = "<<";
const char* const no_plugins = "plug-ins of Bolt are not called: write the values";

bool is_one_of(std::string_view word, Words words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

void add_once(std::vector<std::string>& list, const std::string& word) {
    if (std::find(list.begin(), list.end(), word) == list.end())
        list.push_back(word);
}

void join(Map& into, const Map& from) {
    for (const auto& [key, value] : from.entries()) {
        auto* const there = into.find(*key.text());
        if (there != nullptr && there->map() != nullptr && value.map() != nullptr)
            join(*there->map(), *value.map());
        else
            into.set(key, value);
    }
}

/// Of `ssh://user@host:22` the host.
std::string host_of(std::string uri) {
    if (const auto scheme = uri.find("://"); scheme != std::string::npos)
        uri.erase(0, scheme + 3);
    if (const auto user = uri.rfind('@'); user != std::string::npos)
        uri.erase(0, user + 1);
    return uri.substr(0, uri.find(':'));
}

/// What a group or a node says about its nodes.
struct Details {
    Map facts;
    std::vector<std::string> classes;
    std::vector<std::string> collectives;

    void add(const Details& more) {
        join(facts, more.facts);
        for (const auto& name : more.classes)
            add_once(classes, name);
        for (const auto& name : more.collectives)
            add_once(collectives, name);
    }
};

/// What is known of the groups around a place in the file.
struct Surrounding {
    std::vector<std::string> groups;
    Details details;
};

class InventoryReader {
  public:
    explicit InventoryReader(std::string_view place) : place_(place) {}

    Expected<void> read(const YAML::Node& document) {
        if (document.IsNull())
            return {};
        if (!document.IsMap())
            return wrong(document, "an inventory is a map with groups or nodes");
        return read_group(document, {}, 0);
    }

    InventoryFile finished() && {
        for (auto& [node, groups_say, node_says] : drafts_) {
            groups_say.add(node_says);
            node.facts = std::move(groups_say.facts);
            node.classes = std::move(groups_say.classes);
            node.collectives = std::move(groups_say.collectives);
            file_.nodes.push_back(std::move(node));
        }
        return std::move(file_);
    }

  private:
    struct Draft {
        ListedNode node;
        Details groups_say;
        Details node_says;
    };

    tl::unexpected<Error> wrong(const YAML::Node& at, const std::string& why) const {
        return fail(Errc::malformed, fmt::format("{}:{}: {}", place_, at.Mark().line + 1, why));
    }

    Expected<void> count(const YAML::Node& at) {
        if (++values_ > most_values)
            return fail(Errc::limit, fmt::format("{}: holds too many values", place_));
        return at.IsDefined() ? Expected<void>() : wrong(at, "this alias stands for nothing");
    }

    Expected<std::string> text_of(const YAML::Node& node, std::string_view what) {
        MCO_CHECK(count(node));
        if (!node.IsScalar())
            return wrong(node, fmt::format("{} has to be text", what));
        return node.Scalar();
    }

    /// Calls `use(name, value)` for every member of a map.
    template <class Use>
    Expected<void> each_member(const YAML::Node& map, Use use) {
        for (const auto& member : map) {
            MCO_TRY(name, text_of(member.first, "a key"));
            if (name == plugin_word)
                return wrong(member.first, no_plugins);
            if (name == merge_word)
                return wrong(member.first, "maps are not merged with <<");
            MCO_CHECK(use(name, member.first, member.second));
        }
        return {};
    }

    Expected<Value> read_value(const YAML::Node& node, int level) {
        MCO_CHECK(count(node));
        if (level > most_levels)
            return wrong(node, fmt::format("nested more than {} levels deep", most_levels));
        if (node.IsScalar())
            return Value(node.Scalar());
        if (node.IsMap()) {
            MCO_TRY(map, read_map(node, level));
            return Value(std::move(map));
        }
        if (!node.IsSequence())
            return Value("");
        Array members;
        for (const auto& member : node) {
            MCO_TRY(value, read_value(member, level + 1));
            members.push_back(std::move(value));
        }
        return Value(std::move(members));
    }

    Expected<Map> read_map(const YAML::Node& node, int level) {
        Map map;
        MCO_CHECK(each_member(
            node,
            [&](const std::string& name, const auto&, const YAML::Node& value) -> Expected<void> {
                MCO_TRY(read, read_value(value, level + 1));
                map.set(name, std::move(read));
                return {};
            }));
        return map;
    }

    Expected<std::vector<std::string>> read_words(const YAML::Node& node, std::string_view what) {
        std::vector<std::string> words;
        if (node.IsNull())
            return words;
        if (!node.IsSequence())
            return wrong(node, fmt::format("{} have to be a list", what));
        for (const auto& member : node) {
            MCO_TRY(word, text_of(member, fmt::format("each of the {}", what)));
            add_once(words, word);
        }
        return words;
    }

    Expected<Details> read_details(const YAML::Node& map) {
        Details details;
        if (const auto facts = map["facts"]; facts && !facts.IsNull()) {
            if (!facts.IsMap())
                return wrong(facts, "facts have to be a map of names to values");
            MCO_TRY(read, read_map(facts, 0));
            details.facts = std::move(read);
        }
        if (const auto classes = map["classes"]) {
            MCO_TRY(read, read_words(classes, "classes"));
            details.classes = std::move(read);
        }
        if (const auto collectives = map["collectives"]) {
            MCO_TRY(read, read_words(collectives, "collectives"));
            details.collectives = std::move(read);
        }
        return details;
    }

    Expected<void> check_words(const YAML::Node& map, std::string_view what, Words words) {
        return each_member(
            map,
            [&](const std::string& name, const YAML::Node& key, const auto&) -> Expected<void> {
                if (is_one_of(name, words) || is_one_of(name, skipped_words))
                    return {};
                const auto nearest = text::nearest(
                    name, {words.begin(), words.end()}, text::plausible_edits(name.size()));
                return wrong(key,
                             fmt::format("{} has no {}{}",
                                         what,
                                         text::quoted(name.substr(0, 100)),
                                         nearest ? fmt::format(": did you mean {}?", *nearest)
                                                 : std::string()));
            });
    }

    /// Groups or nodes: a list of names, or of maps with a name, or a map from names to maps. Calls
    /// `use(name, where it stands, the map)`.
    template <class Use>
    Expected<void> each_named(const YAML::Node& list, std::string_view what, Use use) {
        if (list.IsNull())
            return {};
        if (list.IsMap())
            return each_member(
                list, [&](const std::string& name, const YAML::Node& key, const YAML::Node& map) {
                    return use(name, key, map);
                });
        if (!list.IsSequence())
            return wrong(list, fmt::format("{}s have to be a list", what));
        for (const auto& member : list) {
            MCO_CHECK(count(member));
            if (member.IsScalar()) {
                MCO_CHECK(use(host_of(member.Scalar()), member, YAML::Node()));
                continue;
            }
            if (!member.IsMap())
                return wrong(member, fmt::format("a {} is a name or a map with one", what));
            MCO_TRY(name, name_in(member, what));
            MCO_CHECK(use(name, member, member));
        }
        return {};
    }

    Expected<std::string> name_in(const YAML::Node& map, std::string_view what) {
        if (const auto name = map["name"])
            return text_of(name, "name");
        if (map[plugin_word])
            return wrong(map, no_plugins);
        const auto uri = map["uri"];
        if (!uri)
            return wrong(map, fmt::format("this {} has no name", what));
        MCO_TRY(text, text_of(uri, "uri"));
        return host_of(std::move(text));
    }

    // Recursion is bounded by most_levels.
    // NOLINTNEXTLINE(misc-no-recursion)
    Expected<void> read_group(const YAML::Node& group, Surrounding around, int level) {
        if (level > most_levels)
            return wrong(group, "groups are nested too deeply");
        if (group.IsNull())
            return {};
        if (!group.IsMap())
            return wrong(group, "a group is a map with nodes or groups");
        MCO_CHECK(check_words(group, "a group", group_words));
        MCO_TRY(details, read_details(group));
        around.details.add(details);
        for (const auto* key : {"nodes", "targets"})
            if (const auto nodes = group[key])
                MCO_CHECK(each_named(
                    nodes,
                    "node",
                    [&](const std::string& name, const YAML::Node& at, const YAML::Node& map) {
                        return read_node(name, at, map, around);
                    }));
        if (const auto groups = group["groups"])
            MCO_CHECK(each_named(
                groups,
                "group",
                [&](const std::string& name, const YAML::Node& at, const YAML::Node& map) {
                    return enter_group(name, at, map, around, level);
                }));
        return {};
    }

    // NOLINTNEXTLINE(misc-no-recursion)
    Expected<void> enter_group(const std::string& name,
                               const YAML::Node& at,
                               const YAML::Node& map,
                               Surrounding around,
                               int level) {
        if (!config::is_identity(name))
            return wrong(
                at,
                fmt::format("{} cannot be the name of a group", text::quoted(name.substr(0, 100))));
        if (!known_groups_.insert(name).second)
            return wrong(at, fmt::format("there is a group {} already", name));
        file_.groups.push_back(name);
        add_once(around.groups, name);
        return read_group(map, std::move(around), level + 1);
    }

    Expected<void> read_node(const std::string& name,
                             const YAML::Node& at,
                             const YAML::Node& map,
                             const Surrounding& around) {
        if (!config::is_identity(name))
            return wrong(at,
                         fmt::format("{} is not the name of a node: Identities can only match "
                                     "/^[\\w\\.\\-]+$/",
                                     text::quoted(name.substr(0, 100))));
        MCO_TRY(draft, draft_of(name));
        for (const auto& group : around.groups)
            add_once(draft->node.groups, group);
        draft->groups_say.add(around.details);
        if (map.IsNull())
            return {};
        if (!map.IsMap())
            return wrong(map, "what is said about a node is a map");
        MCO_CHECK(check_words(map, "a node", node_words));
        MCO_TRY(details, read_details(map));
        draft->node_says.add(details);
        return {};
    }

    Expected<Draft*> draft_of(const std::string& name) {
        const auto [known, added] = index_.emplace(name, drafts_.size());
        if (added) {
            if (drafts_.size() == most_nodes)
                return fail(Errc::limit, fmt::format("{}: more than {} nodes", place_, most_nodes));
            drafts_.emplace_back().node.name = name;
        }
        return &drafts_[known->second];
    }

    std::string_view place_;
    InventoryFile file_;
    std::vector<Draft> drafts_;
    std::unordered_map<std::string, std::size_t> index_;  // of names in drafts_
    std::unordered_set<std::string> known_groups_;
    std::size_t values_ = 0;
};

}  // namespace

Expected<InventoryFile> read_inventory(const std::string& text, std::string_view place) {
    InventoryReader reader(place);
    try {
        MCO_CHECK(reader.read(YAML::Load(text)));
    } catch (const YAML::Exception& error) {
        const auto line =
            error.mark.is_null() ? std::string() : fmt::format("{}: ", error.mark.line + 1);
        return fail(Errc::malformed, fmt::format("{}:{}{}", place, line, error.msg));
    }
    return std::move(reader).finished();
}

}  // namespace mco::client
