// What ssl and aes_security put around the body of a request, so that its age is proven with it:
// `{:ssl_msg => body, :ssl_ttl => …, :ssl_msgtime => …}` (protocol §4.4, §4.5).
#pragma once

#include "core/message/message.hpp"
#include "core/security/envelope.hpp"
#include "core/value.hpp"

namespace mco::security {

struct WrapperKeys {
    const char* body;
    const char* ttl;
    const char* time;
};

constexpr WrapperKeys ssl_keys{"ssl_msg", "ssl_ttl", "ssl_msgtime"};
constexpr WrapperKeys aes_keys{"aes_msg", "aes_ttl", "aes_msgtime"};

/// What becomes of a request whose age is not proven, or differs from what the envelope says.
enum class Age {
    enforced,  ///< it is refused, in whatever form it comes
    relaxed    ///< it is accepted; where both are there, the proven value counts
};

Value wrap(const message::Claims& claims, const WrapperKeys& keys);

/// The body inside of `wrapped`, which is proven. Puts the proven age into the envelope. Without a
/// wrapper, `wrapped` is the body. Gate: untrusted.
message::Triaged<Value> unwrap(Opened& opened, Value wrapped, const WrapperKeys& keys, Age age);

}  // namespace mco::security
