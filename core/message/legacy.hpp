// The envelope hashes of the original (protocol §4.1), without what a security provider adds to
// them: the proof.
#pragma once

#include "core/error.hpp"
#include "core/message/message.hpp"
#include "core/value.hpp"

#include <string>

namespace mco::message {

/// What a request's envelope claims; `body` and `reply_to` stay empty. `:ttl` is 60 when absent,
/// `:msgtime` the epoch. Errors: malformed, naming the field: absent, of the wrong type, longer
/// than 255 bytes, or a number out of range.
Expected<Claims> claims_from_envelope(const Map& envelope);

/// The envelope around an encoded body, in the original's key order. Discovery requests with a
/// filter carry the collective inside the filter too, as the original's clients send it.
Map envelope_from_claims(const Claims& claims, std::string body);

/// What a reply's envelope says; `body` and `collective` stay empty. Errors: malformed, naming the
/// field.
Expected<Reply> reply_from_envelope(const Map& envelope);

/// The envelope around an encoded body, in the original's key order.
Map envelope_from_reply(const Reply& reply, std::string body);

}  // namespace mco::message
