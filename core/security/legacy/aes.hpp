// The legacy provider `aes_security`: requests 'encrypted' with the caller's private key, replies
// with the caller's public key (protocol §4.5). For sites that migrate.
//
// What it proves of a request is little: the caller once made this session key. Everybody with the
// public key can read the session key, and there is no authentication code, so everybody who saw a
// request and has its caller's public key, every node among them, can write another under the same
// session key; it is refused only where the first one was seen. Of a reply nothing is proven:
// everybody with the caller's public key can write one. What it does is to keep replies from other
// readers.
#pragma once

#include "core/security/codec.hpp"
#include "core/security/legacy/authority.hpp"
#include "core/security/legacy/caller_keys.hpp"
#include "core/security/legacy/current.hpp"
#include "core/security/legacy/hybrid.hpp"
#include "core/security/legacy/session_keys.hpp"
#include "core/security/legacy/wrapper.hpp"
#include "core/security/provider.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mco::security {

/// What a node does with a public key that a request brings along.
enum class Learning {
    off,      ///< nothing
    checked,  ///< keep it, if the authority issued it to that name
    trusting  ///< keep it, whoever came first
};

struct AesSettings {
    Codec codec{};
    std::string cipher = "aes-256-cbc";
    Age age = Age::enforced;  ///< plugin.aes.enforce_ttl
    bool send_public_key = false;
    Learning learning = Learning::off;
    std::string public_key_file;  ///< names us when our public key is no certificate
};

/// PEM text.
struct AesMaterial {
    std::string private_key;
    std::string public_key;  ///< or our certificate
    std::optional<std::string>
        ca;  ///< with it, every caller's key must be a certificate from there
};

class AesProvider final : public Provider {
  public:
    /// `callers` is a node's; with null no request is accepted. Errors: malformed, invalid; the
    /// texts begin with `cipher: `, `private_key: `, `public_key: ` or `ca: `.
    static Expected<std::unique_ptr<AesProvider>> make(AesSettings settings,
                                                       const AesMaterial& material,
                                                       std::unique_ptr<CallerKeys> callers);

    /// Takes new keys for all that follows; on an Error the old ones stay. I/O thread.
    Expected<void> replace(const AesMaterial& material);

    message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                     TimePoint now) override;
    Expected<std::string> seal_reply(const message::Reply& reply,
                                     const message::Request& request) const override;
    Expected<std::string> seal_request(const message::Claims& claims) const override;
    message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint now) override;

    std::string caller_id() const override { return keys_.get()->caller_id; }

  private:
    struct Keys {
        std::string caller_id;
        KeyPtr ours;
        std::string public_pem;
        std::optional<Authority> authority;
    };

    /// A caller's key, and whether we have only the request's word for it yet.
    struct Known {
        PublicKey key;
        bool offered = false;
    };

    AesProvider(AesSettings settings,
                Cipher cipher,
                Keys keys,
                std::unique_ptr<CallerKeys> callers);

    static Expected<Keys> load(const AesSettings& settings, const AesMaterial& material);
    message::Triaged<Known> key_of(const Opened& opened, const std::string& name, TimePoint now);
    static message::Triaged<PublicKey> offered_key(const Opened& opened);
    message::Triaged<void> keep(const Opened& opened,
                                const std::string& name,
                                const PublicKey& key);
    bool is_first_use(const Opened& opened);
    Expected<Sealed> sealed_for(const std::string& caller, std::string_view plain) const;

    const AesSettings settings_;
    const Cipher cipher_;
    Current<Keys> keys_;
    const std::unique_ptr<CallerKeys> callers_;
    SessionKeys session_keys_;  // of requests, I/O thread only
};

}  // namespace mco::security
