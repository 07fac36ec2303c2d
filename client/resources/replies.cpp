#include "client/resources/replies.hpp"

#include "core/config/literals.hpp"
#include "core/rpc/rpc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t most_warnings = 100;

std::string text_under(const Value& data, std::string_view key) {
    const auto* value = data.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

bool is_digest(std::string_view text) {
    constexpr std::size_t length = 32;
    return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::vector<std::string> some_warnings(const Value& digest) {
    auto warnings = texts(digest, "warnings");
    if (warnings.size() > most_warnings)
        warnings.resize(most_warnings);
    return warnings;
}

/// In release 0.4 of the agent there is a key for each title.
bool looks_like_resource(const Value& value) {
    return value.find("parameters") != nullptr && value.find("title") != nullptr;
}

Expected<std::vector<ral::Resource>> read_all(const Array& values) {
    std::vector<ral::Resource> resources;
    for (const auto& value : values) {
        MCO_TRY(resource, ral::read_resource(value));
        resources.push_back(std::move(resource));
    }
    return resources;
}

}  // namespace

std::string failure_of(const Result& result) {
    if (result.status == 0)
        return {};
    return result.message.empty() ? fmt::format("status {}", result.status) : result.message;
}

bool knows_no_digests(const Result& result) {
    return result.status == static_cast<int>(rpc::Status::unknown_action);
}

bool says_no_such_type(std::string_view why, std::string_view type) {
    constexpr std::string_view words = "Could not find type ";
    return why.starts_with(words) && why.substr(words.size()) == type;
}

std::optional<std::int64_t> numeric(const Value* value) {
    if (value == nullptr)
        return std::nullopt;
    if (const auto* number = value->integer())
        return *number;
    return value->text() == nullptr ? std::nullopt : config::parse_integer(*value->text());
}

std::vector<std::string> texts(const Value& data, std::string_view key) {
    std::vector<std::string> all;
    const auto* list = data.find(key);
    if (list == nullptr || list->array() == nullptr)
        return all;
    for (const auto& one : *list->array())
        if (one.text() != nullptr)
            all.push_back(*one.text());
    return all;
}

Expected<TypeDigest> read_digest(const Value& data, std::string_view type) {
    const auto* digests = data.find("digests");
    const auto* one = digests == nullptr ? nullptr : digests->find(type);
    if (one == nullptr)
        return fail(Errc::malformed, fmt::format("it said nothing of the type {}", type));
    if (auto error = text_under(*one, "error"); !error.empty())
        return fail(Errc::unavailable, std::move(error));
    auto digest = text_under(*one, "digest");
    if (!is_digest(digest))
        return fail(Errc::malformed, fmt::format("its digest of the type {} is none", type));
    return TypeDigest{std::move(digest), some_warnings(*one)};
}

Expected<ListPage> read_page(const Value& data) {
    ListPage page{text_under(data, "entries"), text_under(data, "digest"), 0};
    if (!is_digest(page.digest))
        return fail(Errc::malformed, "its list has no digest");
    const auto* next = data.find("next");
    if (next != nullptr && next->integer() != nullptr && *next->integer() > 0)
        page.next = static_cast<std::size_t>(*next->integer());
    return page;
}

Expected<std::vector<ral::Resource>> read_search(const Value& data) {
    if (const auto* result = data.find("result"); result != nullptr && result->array() != nullptr)
        return read_all(*result->array());
    if (data.map() == nullptr)
        return fail(Errc::malformed, "its answer holds no resources");
    Array values;
    for (const auto& [title, value] : data.map()->entries())
        if (looks_like_resource(value))
            values.push_back(value);
    if (values.empty() && !data.map()->empty())
        return fail(Errc::malformed, "its answer holds no resources");
    return read_all(values);
}

Expected<ral::Resource> read_found(const Value& data) {
    return ral::read_resource(data);
}

bool is_present(const ral::Resource& resource) {
    const auto* ensure = resource.parameters.find("ensure");
    if (ensure == nullptr || ensure->text() == nullptr)
        return true;
    return *ensure->text() != "absent" && *ensure->text() != "purged";
}

}  // namespace mco::client
