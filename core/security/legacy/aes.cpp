#include "core/security/legacy/aes.hpp"

#include "core/message/legacy.hpp"
#include "core/security/envelope.hpp"
#include "core/security/legacy/key_name.hpp"
#include "core/text/base64.hpp"

#include <chrono>
#include <utility>

namespace mco::security {
namespace {

using message::Gate;
using message::Triaged;

/// By how much the clock of somebody whose key is learnt may be ahead of ours.
constexpr std::chrono::seconds skew{60};

/// One text for every way in which it fails.
Triaged<Value> readable_body(const Opened& opened,
                             const Codec& codec,
                             const Expected<std::string>& plain) {
    auto body = plain ? codec.decode(*plain) : fail(Errc::malformed, {});
    if (!body)
        return opened.reject(Gate::untrusted, "the body cannot be decrypted");
    return *std::move(body);
}

bool is_fresh(const message::Claims& claims, TimePoint now) {
    return now - claims.time <= claims.ttl && claims.time - now <= skew;
}

Expected<std::string> own_caller_id(const AesSettings& settings, const PublicKey& key) {
    if (key.certificate) {
        if (const auto name = leading_common_name(key.certificate.get()))
            return "cert=" + *name;
    }
    return caller_id_of_file(settings.public_key_file);
}

}  // namespace

Expected<std::unique_ptr<AesProvider>> AesProvider::make(AesSettings settings,
                                                         const AesMaterial& material,
                                                         std::unique_ptr<CallerKeys> callers) {
    MCO_TRY(cipher, about("cipher", Cipher::named(settings.cipher)));
    MCO_TRY(keys, load(settings, material));
    return std::unique_ptr<AesProvider>(new AesProvider(
        std::move(settings), std::move(cipher), std::move(keys), std::move(callers)));
}

AesProvider::AesProvider(AesSettings settings,
                         Cipher cipher,
                         Keys keys,
                         std::unique_ptr<CallerKeys> callers)
    : settings_(std::move(settings)),
      cipher_(std::move(cipher)),
      keys_(std::move(keys)),
      callers_(std::move(callers)) {}

Expected<AesProvider::Keys> AesProvider::load(const AesSettings& settings,
                                              const AesMaterial& material) {
    Keys keys;
    MCO_TRY(ours, about("private_key", private_key_from_pem(material.private_key)));
    keys.ours = std::move(ours);
    MCO_TRY(public_key, about("public_key", public_key_from_pem(material.public_key)));
    MCO_TRY(caller_id, about("public_key", own_caller_id(settings, public_key)));
    keys.caller_id = std::move(caller_id);
    MCO_TRY(public_pem, about("public_key", to_pem(public_key)));
    keys.public_pem = std::move(public_pem);
    if (!material.ca)
        return keys;
    MCO_TRY(authority, about("ca", Authority::from_pem(*material.ca)));
    keys.authority = std::move(authority);
    return keys;
}

Expected<void> AesProvider::replace(const AesMaterial& material) {
    MCO_TRY(keys, load(settings_, material));
    keys_.set(std::move(keys));
    return {};
}

Triaged<PublicKey> AesProvider::offered_key(const Opened& opened) {
    auto key = public_key_from_pem(opened.text("sslpubkey"));
    if (!key)
        return opened.reject(Gate::untrusted, "the key that came along: " + key.error().message);
    return *std::move(key);
}

Triaged<AesProvider::Known> AesProvider::key_of(const Opened& opened,
                                                const std::string& name,
                                                TimePoint now) {
    if (!callers_)
        return opened.reject(Gate::untrusted, "we take no requests");
    Known known;
    auto kept = callers_->find(name);
    const bool may_learn = settings_.learning != Learning::off && !opened.text("sslpubkey").empty();
    if (kept) {
        known.key = *std::move(kept);
    } else if (kept.error().code == Errc::not_found && may_learn) {
        MCO_TRY(offered, offered_key(opened));
        known = {std::move(offered), true};
    } else {
        return opened.reject(Gate::untrusted, kept.error().message);
    }
    const auto keys = keys_.get();
    if (known.offered && settings_.learning == Learning::checked && !keys->authority)
        return opened.reject(Gate::untrusted,
                             "the key of " + name + " is not learnt: there is no authority");
    if (!keys->authority)
        return known;
    if (const auto good = keys->authority->check(known.key, name, now); !good)
        return opened.reject(Gate::untrusted, good.error().message);
    return known;
}

/// What is kept is written anew, so that nothing else of what a stranger sent gets into the file.
Triaged<void> AesProvider::keep(const Opened& opened,
                                const std::string& name,
                                const PublicKey& key) {
    const auto pem = to_pem(key);
    const auto kept =
        pem ? callers_->learn(name, *pem) : Expected<void>(tl::unexpected(pem.error()));
    if (!kept)
        return opened.reject(Gate::untrusted, kept.error().message);
    return {};
}

/// The same bytes in another spelling of base64 are still the same.
bool AesProvider::is_first_use(const Opened& opened) {
    const auto block = text::base64_decode(opened.text("sslkey"));
    const auto data = text::base64_decode(opened.text("body"));
    return block && data && session_keys_.belongs_to(*block, *data);
}

Triaged<message::Request> AesProvider::prove_request(const message::Delivery& delivery,
                                                     TimePoint now) {
    MCO_TRY(opened, open_envelope(delivery, settings_.codec));
    const auto name = name_in(opened.text("callerid"));
    if (!name)
        return opened.reject(Gate::malformed, name.error().message);
    MCO_TRY(known, key_of(opened, *name, now));
    MCO_TRY(wrapped,
            readable_body(opened,
                          settings_.codec,
                          unseal_with_public(
                              cipher_, known.key.key, opened.text("sslkey"), opened.text("body"))));
    MCO_TRY(body, unwrap(opened, std::move(wrapped), aes_keys, settings_.age));
    MCO_TRY(claims, claims_of(opened, delivery));
    MCO_CHECK(check_agent(opened, claims.agent, body));
    if (!is_first_use(opened))
        return opened.reject(Gate::untrusted, "the session key came with another message before");
    // A message from another time teaches nothing; its own gate comes later.
    if (known.offered && is_fresh(claims, now))
        MCO_CHECK(keep(opened, *name, known.key));
    claims.body = std::move(body);
    return proven(std::move(claims));
}

Triaged<message::Reply> AesProvider::prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint /*now*/) {
    MCO_TRY(opened, open_envelope(delivery, settings_.codec));
    MCO_CHECK(check_awaited(opened, awaited));
    const auto plain =
        unseal_with_private(cipher_, keys_.get()->ours, opened.text("sslkey"), opened.text("body"));
    MCO_TRY(body, readable_body(opened, settings_.codec.for_replies(), plain));
    return reply_of(opened, std::move(body));
}

Expected<std::string> AesProvider::seal_request(const message::Claims& claims) const {
    const auto keys = keys_.get();
    MCO_CHECK(check_own_id(claims.caller, keys->caller_id));
    MCO_TRY(plain, settings_.codec.encode(wrap(claims, aes_keys)));
    MCO_TRY(sealed, seal_with_private(cipher_, keys->ours, plain));
    auto envelope = message::envelope_from_claims(claims, std::move(sealed.data));
    envelope.set(Symbol{"sslkey"}, std::move(sealed.session_key));
    if (settings_.send_public_key)
        envelope.set(Symbol{"sslpubkey"}, keys->public_pem);
    return settings_.codec.encode(std::move(envelope));
}

/// What goes to our own name is for nodes that share our keys: they open it with the public one.
Expected<Sealed> AesProvider::sealed_for(const std::string& caller, std::string_view plain) const {
    const auto keys = keys_.get();
    if (caller == keys->caller_id)
        return seal_with_private(cipher_, keys->ours, plain);
    MCO_TRY(name, name_in(caller));
    if (!callers_)
        return fail(Errc::not_found, "we know no callers");
    MCO_TRY(reader, callers_->find(name));
    return seal_with_public(cipher_, reader.key, plain);
}

Expected<std::string> AesProvider::seal_reply(const message::Reply& reply,
                                              const message::Request& request) const {
    MCO_TRY(plain, settings_.codec.encode(reply.body));
    MCO_TRY(sealed, sealed_for(request->caller, plain));
    auto envelope = message::envelope_from_reply(reply, std::move(sealed.data));
    envelope.set(Symbol{"sslkey"}, std::move(sealed.session_key));
    return settings_.codec.encode(std::move(envelope));
}

}  // namespace mco::security
