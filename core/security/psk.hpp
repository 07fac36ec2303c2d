// The legacy provider `psk`: one key for everybody, for sites that migrate (protocol §4.3).
//
// What it proves is that somebody who knows the key wrote the body. Caller, time, ttl, id and
// filter are whatever the envelope says, so nothing should be granted on a psk caller id. The agent
// is the one exception: the body of a call names its agent too, and a request whose envelope names
// another is refused, so that an observed call cannot be turned on a different agent. It can still
// be repeated with another id; x509 is the way out.
#pragma once

#include "core/security/provider.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace mco::security {

class PskProvider final : public Provider {
  public:
    /// `caller_id` is computed by the caller after `plugin.psk.callertype`. Errors: invalid (no
    /// key, the sample configuration's `unset`, a caller id of the wrong syntax), unavailable
    /// (OpenSSL without MD5). No error holds the key.
    static Expected<std::unique_ptr<PskProvider>> create(std::string key, std::string caller_id);

    PskProvider(const PskProvider&) = delete;
    PskProvider& operator=(const PskProvider&) = delete;
    ~PskProvider() override;

    message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                     TimePoint now) override;
    Expected<std::string> seal_reply(const message::Reply& reply,
                                     const message::Request& request) const override;
    Expected<std::string> seal_request(const message::Claims& claims) const override;
    message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint now) override;

    std::string caller_id() const override { return caller_id_; }

  private:
    PskProvider(std::string key, std::string caller_id);

    Expected<std::string> sealed(Map envelope) const;

    std::string key_;
    std::string caller_id_;
};

}  // namespace mco::security
