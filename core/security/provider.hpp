// The security provider: proves who sent a message and seals what we send. Implementations: x509
// (design §5) and, for migration, psk, ssl and aes_security (protocol §4). Pure: keys and time are
// handed in, no files and no clock are touched.
#pragma once

#include "core/error.hpp"
#include "core/message/awaited_ids.hpp"
#include "core/message/message.hpp"
#include "core/message/rejection.hpp"

#include <string>
#include <string_view>

namespace mco::security {

class Provider {
  public:
    Provider() = default;
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;
    virtual ~Provider() = default;

    /// Node: decodes and authenticates. Gates: malformed, untrusted. I/O thread only.
    virtual message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                             TimePoint now) = 0;

    /// Node: seals a reply for the caller of `request`. Any thread. Fails when a key is unusable or
    /// a value cannot be encoded.
    virtual Expected<std::string> seal_reply(const message::Reply& reply,
                                             const message::Request& request) const = 0;

    /// Client (and a node's registration): seals a request; sets nothing, so `claims.caller` should
    /// be caller_id(). Any thread.
    virtual Expected<std::string> seal_request(const message::Claims& claims) const = 0;

    /// Client: decodes and authenticates a reply to one of the requests `awaited`. Gates:
    /// malformed, untrusted, and not_for_us for a reply to another request. Any thread, several at
    /// once; `awaited` must not change meanwhile.
    virtual message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                         const message::AwaitedIds& awaited,
                                                         TimePoint now) = 0;

    /// Who we are on this provider, such as `uid=0` or `cert=alice.mcollective` (protocol §4.2).
    virtual std::string caller_id() const = 0;

    /// What an authority vouches for about us: the members of the fact `trusted`, leaves are text.
    /// Empty with a provider that has no certificates. Any thread.
    virtual Map own_trusted_facts() const { return {}; }

  protected:
    /// The only way to a Request: to be called after the proof.
    static message::Request proven(message::Claims claims, message::Trusted trusted = {}) {
        return message::Request(std::move(claims), std::move(trusted));
    }
};

}  // namespace mco::security
