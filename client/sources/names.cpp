#include "client/sources/names.hpp"

#include "core/config/literals.hpp"
#include "core/filter/pattern.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mco::client {

namespace {

/// What others printed may hold every detail of thousands of replies.
constexpr serializer::Limits json_limits{.depth = 64,
                                         .nodes = 8'000'000,
                                         .bytes = std::size_t{64} << 20};

Expected<filter::Pattern> pattern_of(std::string identity) {
    identity.erase(std::remove(identity.begin(), identity.end(), '/'), identity.end());
    return filter::Pattern::compile(identity);
}

/// Calls `use(line, number)` for every line without the blanks around it, skipping empty ones.
template <class Use>
Expected<void> each_line(std::string_view text, Use use) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        if (const auto line = config::trimmed(text.substr(0, end)); !line.empty())
            MCO_CHECK(use(line, number));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

/// Besides replies `mco` prints objects for nodes that are missing, and a summary.
bool says_who_is_missing(const Value& object) {
    const auto* missing = object.find("missing");
    const auto* summary = object.find("summary");
    return (missing != nullptr && missing->string() != nullptr) ||
           (summary != nullptr && summary->map() != nullptr);
}

Expected<void> add_from_object(NameList& list, const Value& object, const std::string& place) {
    for (const auto* key : {"sender", "certname"})
        if (const auto* name = object.find(key); name != nullptr && name->string() != nullptr)
            return list.add(*name->string(), place);
    if (says_who_is_missing(object))
        return {};
    return fail(Errc::malformed,
                place + ": this is no object with the name of a node as sender or certname");
}

Error with_place(Error error, std::string_view place) {
    error.message.insert(0, std::string(place) + ": ");
    return error;
}

Expected<NameList> names_in_array(std::string_view text, std::string_view place) {
    const auto document = serializer::decode_json(text, json_limits);
    if (!document)
        return tl::unexpected(with_place(document.error(), place));
    NameList list;
    std::size_t number = 0;
    for (const auto& object : *document->array())
        MCO_CHECK(add_from_object(list, object, fmt::format("{}: element {}", place, ++number)));
    return list;
}

Expected<NameList> names_in_json_lines(std::string_view text, std::string_view place) {
    NameList list;
    MCO_CHECK(each_line(text, [&](std::string_view line, std::size_t number) -> Expected<void> {
        const auto here = fmt::format("{}:{}", place, number);
        const auto object = serializer::decode_json(line, json_limits);
        if (!object)
            return tl::unexpected(with_place(object.error(), here));
        return add_from_object(list, *object, here);
    }));
    return list;
}

}  // namespace

Expected<void> NameList::add(std::string_view name, std::string_view place) {
    if (!config::is_identity(name))
        return fail(Errc::invalid,
                    fmt::format("{}: {} is not the name of a node: Identities can only match "
                                "/^[\\w\\.\\-]+$/",
                                place,
                                text::quoted(name.substr(0, 100))));
    if (!known_.emplace(name).second)
        return {};
    if (names_.size() == most)
        return fail(Errc::limit, fmt::format("{}: these are more than {} nodes", place, most));
    names_.emplace_back(name);
    return {};
}

Expected<std::vector<std::string>> NameList::select(
    const std::vector<std::string>& identities) const {
    if (identities.empty())
        return names_;
    std::vector<std::string> selected;
    std::unordered_set<std::string_view> taken;
    const auto take = [&](const std::string& name) {
        if (taken.insert(name).second)
            selected.push_back(name);
    };
    for (const auto& identity : identities) {
        if (!identity.starts_with('/')) {
            if (known_.contains(identity))
                take(identity);
            continue;
        }
        MCO_TRY(pattern, pattern_of(identity));
        for (const auto& name : names_) {
            MCO_TRY(fits, pattern.search(name));
            if (fits)
                take(name);
        }
    }
    return selected;
}

Expected<NameList> names_in_text(std::string_view text, std::string_view place) {
    NameList list;
    MCO_CHECK(each_line(text, [&](std::string_view line, std::size_t number) -> Expected<void> {
        if (line.starts_with('#'))
            return {};
        return list.add(line, fmt::format("{}:{}", place, number));
    }));
    return list;
}

Expected<NameList> names_in_json(std::string_view text, std::string_view place) {
    return config::trimmed(text).starts_with('[') ? names_in_array(text, place)
                                                  : names_in_json_lines(text, place);
}

}  // namespace mco::client
