// The x509 security provider (design §5): every message is signed with the sender's own certificate
// from the site's CA, and everything that decides is inside the signature. How fresh a request is
// and whether its id is new is judged elsewhere (core/message).
#pragma once

#include "core/error.hpp"
#include "core/filter/pattern.hpp"
#include "core/security/provider.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::x509 {

struct Signer;

/// Certificates and keys as PEM text.
struct Material {
    std::string certificate;  ///< ours first, then intermediates that the others may not have
    std::string private_key;
    std::string ca;
    std::optional<std::string> crl;  ///< absent: revocation is not checked
};

struct Settings {
    std::string identity;  ///< a node's; our common name must be the same. Empty: any
    std::vector<std::string> callers = {
        R"(.+\.mcollective)"};  ///< who may call: patterns for the whole common name
    /// Who else may: the owner of a certificate with this extension and value (`pp_auth_role`,
    /// `operator`).
    std::optional<std::pair<std::string, std::string>> caller_extension = std::nullopt;
    bool encrypt_replies = false;          ///< as a node
    std::size_t chain_memory = 16u << 20;  ///< bytes for verified chains
    std::size_t max_message = 16u << 20;   ///< bytes
};

class X509Provider final : public security::Provider {
  public:
    /// Errors: malformed, not_found, invalid; the texts begin with what is meant: `certificate`,
    /// `private_key`, `ca`, `crl` or `callers`, and a colon.
    static Expected<std::unique_ptr<X509Provider>> make(Settings settings,
                                                        const Material& material);
    ~X509Provider() override;

    /// Takes new material for all that follows; on an Error the old stays in use. Forgets the
    /// verified chains. I/O thread, while other threads may be sealing or proving replies.
    Expected<void> replace(const Material& material);

    message::Triaged<message::Request> prove_request(const message::Delivery& delivery,
                                                     TimePoint now) override;
    Expected<std::string> seal_reply(const message::Reply& reply,
                                     const message::Request& request) const override;
    Expected<std::string> seal_request(const message::Claims& claims) const override;
    message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint now) override;
    std::string caller_id() const override;
    /// `certname`, and `extensions` by name, of our own certificate as it is now. Any thread.
    Map own_trusted_facts() const override;

    /// What is worth remembering in the next run: the nodes that have signed a reply, sealed with
    /// our private key and bound to the authorities and revocation lists (ADR 18). Errors:
    /// unavailable. Any thread.
    Expected<std::string> memory() const;
    /// Takes a memory in, as far as its time has not passed. Errors: denied for one that was not
    /// made with this key, authority and list, or was changed; malformed, limit. Any thread.
    Expected<void> recall(std::string_view memory, TimePoint now);
    /// Is there more in memory() than was recalled? Any thread.
    bool has_new_nodes() const;

    /// When our own certificate expires: from then on nobody believes us.
    TimePoint valid_until() const;

    /// How often a chain was verified, not remembered: for tests and measurements.
    std::size_t chain_verifications() const;

  private:
    struct Credentials;
    class Readers;

    X509Provider(Settings settings, std::vector<filter::Pattern> callers);
    static Expected<std::shared_ptr<Credentials>> load(const Settings& settings,
                                                       const Material& material);
    std::shared_ptr<Credentials> credentials() const;
    Expected<bool> has_name_of_caller(const std::string& name) const;
    Expected<void> check_caller(const Signer& signer) const;
    Expected<void> check_node(const std::string& name) const;

    const Settings settings_;
    const std::vector<filter::Pattern> callers_;
    std::unique_ptr<Readers> readers_;
    // Workers seal with the credentials that were current when they began; replace() exchanges them
    // meanwhile.
    mutable std::mutex mutex_;  // guards credentials_
    std::shared_ptr<Credentials> credentials_;
};

}  // namespace mco::x509
