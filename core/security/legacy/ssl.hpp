// The legacy provider `ssl`: callers and nodes sign with RSA keys, the nodes all with one
// (protocol §4.4). For sites that migrate.
//
// What it proves of a request: the caller wrote the body and its age. Envelope and body must name
// the same agent; collective, filter, request id and reply address are whatever the envelope says,
// so an observed request can be turned on other nodes while it is fresh. Of a reply: some node
// wrote the body. Every node can answer as any other. Nothing is encrypted.
#pragma once

#include "core/security/codec.hpp"
#include "core/security/legacy/caller_keys.hpp"
#include "core/security/legacy/current.hpp"
#include "core/security/legacy/wrapper.hpp"
#include "core/security/provider.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mco::security {

struct SslSettings {
    Codec codec;
    std::string caller_id;    ///< ours, from the name of our public key's file
    Age age = Age::enforced;  ///< plugin.ssl.enforce_ttl
};

/// PEM text.
struct SslMaterial {
    std::string private_key;                   ///< ours
    std::optional<std::string> server_public;  ///< checks replies; a client has it
};

class SslProvider final : public Provider {
  public:
    /// `callers` is a node's; with null no request is accepted. Errors: malformed, invalid; the
    /// texts begin with `private_key: ` or `server_public: ` where one of them is meant.
    static Expected<std::unique_ptr<SslProvider>> make(SslSettings settings,
                                                       const SslMaterial& material,
                                                       std::unique_ptr<CallerKeys> callers);

    /// Takes new keys for all that follows; on an Error the old ones stay. I/O thread.
    Expected<void> replace(const SslMaterial& material);

    message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                     TimePoint now) override;
    Expected<std::string> seal_reply(const message::Reply& reply,
                                     const message::Request& request) const override;
    Expected<std::string> seal_request(const message::Claims& claims) const override;
    message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint now) override;

    std::string caller_id() const override { return settings_.caller_id; }

  private:
    struct Keys {
        KeyPtr ours;
        KeyPtr server;  // null on a node
    };

    SslProvider(SslSettings settings, Keys keys, std::unique_ptr<CallerKeys> callers);

    static Expected<Keys> load(const SslMaterial& material);
    message::Triaged<Value> genuine_body(const Opened& opened,
                                         const KeyPtr& key,
                                         const Codec& codec) const;
    Expected<std::string> sealed(Map envelope) const;

    const SslSettings settings_;
    Current<Keys> keys_;
    const std::unique_ptr<CallerKeys> callers_;
};

}  // namespace mco::security
