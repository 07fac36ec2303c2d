// What nodes answer to the actions of the agent puppetral, as values (resources §4).
#pragma once

#include "client/outcome.hpp"
#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// What a node says of all its resources of one type.
struct TypeDigest {
    std::string digest;  ///< nodes with the same one have the same resources
    std::vector<std::string> warnings;
};

/// A part of a listing.
struct ListPage {
    std::string entries;   ///< to be unpacked
    std::string digest;    ///< of the whole listing
    std::size_t next = 0;  ///< where the next page begins; 0: this was the last
};

/// Why an answer tells nothing, as text for people; empty if it may.
std::string failure_of(const Result& result);

/// Agents of the original have neither digests nor lists, but can be asked to search.
bool knows_no_digests(const Result& result);

/// Whether the failure `why` says that the node has no type of that name. Nodes of either kind say
/// it in Puppet's words.
bool says_no_such_type(std::string_view why, std::string_view type);

/// `type` in the answer to `digest`. Errors: the node's own, or malformed.
Expected<TypeDigest> read_digest(const Value& data, std::string_view type);

/// Errors: malformed.
Expected<ListPage> read_page(const Value& data);

/// The answer to `search`, in the form of either release of the original (trap T40). Errors:
/// malformed.
Expected<std::vector<ral::Resource>> read_search(const Value& data);

/// The answer to `find`. Errors: malformed.
Expected<ral::Resource> read_found(const Value& data);

/// Whether the resource is there: what nodes say of one that is not is a resource, too.
bool is_present(const ral::Resource& resource);

/// A number, however it is written; absent for anything else, and for null.
std::optional<std::int64_t> numeric(const Value* value);

/// Texts under `key`; none where there is no list of them.
std::vector<std::string> texts(const Value& data, std::string_view key);

}  // namespace mco::client
