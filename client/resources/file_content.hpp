// The content of a file that a node tells (resources §7).
#pragma once

#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>

namespace mco::client {

/// In the answer to `find` about `file`; absent where it tells none. Errors: malformed if it is not
/// the content that the resource's checksum tells of, invalid if it is no text.
Expected<std::optional<std::string>> read_content(const Value& data, const ral::Resource& file);

}  // namespace mco::client
