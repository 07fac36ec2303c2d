// Request ids (protocol §9.1): random version 5 UUIDs without dashes. Receivers treat them as
// opaque.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::message {

/// The UUID of `name` in the DNS namespace (RFC 9562 §5.5) as text with dashes. Pure.
std::string uuid_v5(std::string_view name);

/// 32 lowercase hex digits that follow from `randomness` alone.
std::string request_id(std::string_view randomness);

/// A fresh id from OpenSSL's generator. Error: unavailable, when that has no entropy. Any thread.
Expected<std::string> fresh_request_id();

}  // namespace mco::message
