// For tests: nodes with resources, ours and the original's, as functions from questions to answers.
#pragma once

#include "core/ral/listing.hpp"
#include "core/ral/resource.hpp"
#include "core/rpc/rpc.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::client::testing {

using Answer = std::function<std::optional<rpc::Output>(const std::string& action, const Map&)>;

inline rpc::Output good(Map data) {
    return {rpc::Status::ok, "OK", std::move(data)};
}

inline std::string input_text(const Map& inputs, std::string_view key) {
    const auto* value = inputs.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

/// Lines, as a node of ours has them.
inline std::vector<std::string> lines_of(const std::vector<ral::Resource>& resources,
                                         const ral::GroupNames& groups = {}) {
    return ral::canonical_lines(resources, {&groups, false});
}

inline ral::Resource user(const std::string& title, Map parameters) {
    return {"user", title, std::move(parameters), {}, false};
}

/// What a node lists of a type; nothing: it has no such type.
using LinesOfType = std::function<std::optional<std::vector<std::string>>(const std::string& type)>;

/// The answer of a node of ours to `digest`.
inline rpc::Output digests_of(const Map& inputs, const LinesOfType& lines) {
    Map digests;
    const std::string types = input_text(inputs, "types") + ',';
    for (std::size_t at = 0, end = 0; (end = types.find(',', at)) != std::string::npos;
         at = end + 1) {
        const auto type = types.substr(at, end - at);
        if (const auto listed = lines(type))
            digests.set(type, Map{{"digest", ral::digest(*listed, {})}});
        else
            digests.set(type, Map{{"error", "Could not find type " + type}});
    }
    return good({{"digests", std::move(digests)}});
}

/// A node of ours.
struct RalNode {
    std::map<std::string, std::vector<ral::Resource>> resources;  ///< by type
    std::size_t page_bytes = std::size_t{1} << 20;

    rpc::Output digest(const Map& inputs) const {
        return digests_of(inputs, [&](const std::string& type) {
            const auto known = resources.find(type);
            return known == resources.end() ? std::optional<std::vector<std::string>>()
                                            : lines_of(known->second);
        });
    }

    rpc::Output list(const Map& inputs) const {
        const auto lines = lines_of(resources.at(input_text(inputs, "type")));
        const auto* offset = inputs.find("offset");
        const auto begin = offset == nullptr ? 0 : static_cast<std::size_t>(*offset->integer());
        const auto page = ral::pack(lines, begin, page_bytes);
        if (!page)
            return rpc::failure(page.error().message, rpc::Status::invalid_data);
        return good({{"entries", page->entries},
                     {"digest", ral::digest(lines, {})},
                     {"next", static_cast<std::int64_t>(page->next)}});
    }

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) const {
        if (action == "digest")
            return digest(inputs);
        return action == "list" ? list(inputs) : rpc::failure("unexpected " + action);
    }
};

/// A node of the original.
struct RubyNode {
    std::map<std::string, std::vector<ral::Resource>> resources;
    bool by_title = false;  ///< in the form of release 0.4

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) const {
        if (action != "search")
            return rpc::failure("Unknown action " + action, rpc::Status::unknown_action);
        const auto type = input_text(inputs, "type");
        const auto known = resources.find(type);
        if (known == resources.end())
            return rpc::failure("Could not find type " + type, rpc::Status::failed);
        Map data;
        Array list;
        for (const auto& one : known->second) {
            list.push_back(ral::to_value(one));
            data.set(one.title, ral::to_value(one));
        }
        return good(by_title ? std::move(data) : Map{{"result", std::move(list)}});
    }
};

}  // namespace mco::client::testing
