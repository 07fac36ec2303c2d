// What the legacy providers psk, ssl and aes_security share: opening an envelope of which nothing
// is proven yet, what its claims must look like, and rejecting it under its own name (protocol
// §4.1).
#pragma once

#include "core/message/awaited_ids.hpp"
#include "core/message/message.hpp"
#include "core/message/rejection.hpp"
#include "core/security/codec.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::security {

/// A decoded envelope, a map, and who it claims to come from.
struct Opened {
    Value envelope;
    std::string id;
    std::string sender;

    /// The characters under `field`; empty when there are none.
    std::string_view text(std::string_view field) const;

    tl::unexpected<message::Rejection> reject(message::Gate gate, std::string reason) const;
};

/// Gate: malformed. Any thread, as everything here.
message::Triaged<Opened> open_envelope(const message::Delivery& delivery, const Codec& codec);

/// What the envelope of a request claims, its caller id one of protocol §4.2; the body stays empty.
/// Gate: malformed.
message::Triaged<message::Claims> claims_of(const Opened& opened,
                                            const message::Delivery& delivery);

/// The value that an authenticated body holds. Gate: malformed.
message::Triaged<Value> decode_body(const Opened& opened,
                                    const Codec& codec,
                                    std::string_view bytes);

/// The body of a call names its agent too: another one than that of the envelope means that
/// somebody turned the call on a different agent. Gate: untrusted.
message::Triaged<void> check_agent(const Opened& opened, std::string_view agent, const Value& body);

/// The reply in an envelope, around a body that is proven. Gate: malformed.
message::Triaged<message::Reply> reply_of(const Opened& opened, Value body);

/// Is it a reply to a request that is waited for? Gate: not_for_us.
message::Triaged<void> check_awaited(const Opened& opened, const message::AwaitedIds& awaited);

/// No node would accept a request from a caller of another form. Errors: invalid.
Expected<void> check_caller_id(const std::string& id);

}  // namespace mco::security
