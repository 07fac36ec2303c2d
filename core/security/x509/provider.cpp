#include "core/security/x509/provider.hpp"

#include "core/security/x509/chain_cache.hpp"
#include "core/security/x509/confidential.hpp"
#include "core/security/x509/content.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/extensions.hpp"
#include "core/security/x509/known_nodes.hpp"
#include "core/security/x509/pem.hpp"
#include "core/security/x509/signature.hpp"

#include <openssl/x509.h>

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

namespace mco::x509 {

namespace {

using message::Gate;
using message::Rejection;

constexpr std::string_view caller_prefix = "cert=";
constexpr std::size_t remembered_readers = 1024;

tl::unexpected<Rejection> reject(Gate gate,
                                 std::string reason,
                                 std::string sender = {},
                                 std::string id = {}) {
    return tl::unexpected<Rejection>({gate, std::move(reason), std::move(id), std::move(sender)});
}

/// A message, and whose it is if the signature is theirs.
struct Signed {
    Sign1 envelope;
    ChainCache::Found found;

    const Signer& signer() const { return *found.verified.signer; }
};

message::Triaged<void> check_signature(const Signed& message) {
    const auto& envelope = message.envelope;
    const auto& signer = message.signer();
    if (envelope.algorithm != signer.verifier.key().algorithm)
        return reject(Gate::untrusted,
                      "signature: the algorithm does not go with the certificate's key",
                      signer.name);
    const std::string data = to_be_signed(envelope.protected_header, envelope.payload);
    if (!signer.verifier.verify(data, envelope.signature))
        return reject(
            Gate::untrusted, "signature: it is not that of the certificate's key", signer.name);
    return {};
}

/// Prefixes an Error's text with the part of the material it is about.
template <class T>
Expected<T> about(std::string_view part, Expected<T> result) {
    if (!result)
        return fail(result.error().code, std::string(part) + ": " + result.error().message);
    return result;
}

Expected<std::string> seal(const std::string& header,
                           EVP_PKEY* key,
                           Algorithm algorithm,
                           std::string_view payload) {
    MCO_TRY(signature, sign(key, algorithm, to_be_signed(header, payload)));
    return encode_sign1(header, payload, signature);
}

}  // namespace

/// One version of our own identity and of those we trust. Only `chains` changes, which guards
/// itself.
struct X509Provider::Credentials {
    std::string name;
    Algorithm algorithm;
    KeyPtr key;
    CertificatePtr certificate;
    std::string header;            // protected header of what we sign
    std::string encrypted_header;  // the same for an encrypted payload
    TrustStore trust;
    MemorySeal seal;
    ChainCache chains;

    message::Triaged<Signed> prove(std::string_view bytes, Purpose purpose, TimePoint now);
};

/// The certificates of recent callers, for whom replies are encrypted: written by the I/O thread,
/// read by workers.
class X509Provider::Readers {
  public:
    void remember(const std::string& caller, const CertificatePtr& certificate) {
        const std::lock_guard lock(mutex_);
        const auto [place, is_new] = certificates_.insert_or_assign(caller, certificate);
        if (!is_new)
            return;
        order_.push_back(place->first);
        if (order_.size() > remembered_readers) {
            certificates_.erase(order_.front());
            order_.pop_front();
        }
    }

    CertificatePtr find(const std::string& caller) const {
        const std::lock_guard lock(mutex_);
        const auto found = certificates_.find(caller);
        return found == certificates_.end() ? nullptr : found->second;
    }

  private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, CertificatePtr> certificates_;
    std::deque<std::string> order_;  // oldest first
};

message::Triaged<Signed> X509Provider::Credentials::prove(std::string_view bytes,
                                                          Purpose purpose,
                                                          TimePoint now) {
    auto envelope = parse_sign1(bytes);
    if (!envelope)
        return reject(Gate::malformed, envelope.error().message);
    if (!envelope->bare)
        return reject(Gate::malformed, "the unprotected header is not empty");
    if (envelope->chain.empty())
        return reject(Gate::malformed, "the message names no certificate");
    auto found = chains.find(trust, envelope->chain, purpose, now);
    if (!found)
        return reject(found.error().code == Errc::malformed ? Gate::malformed : Gate::untrusted,
                      found.error().message);
    return Signed{*std::move(envelope), *std::move(found)};
}

X509Provider::X509Provider(Settings settings, std::vector<filter::Pattern> callers)
    : settings_(std::move(settings)),
      callers_(std::move(callers)),
      readers_(std::make_unique<Readers>()) {}

X509Provider::~X509Provider() = default;

Expected<std::unique_ptr<X509Provider>> X509Provider::make(Settings settings,
                                                           const Material& material) {
    std::vector<filter::Pattern> callers;
    for (const auto& source : settings.callers) {
        MCO_TRY(pattern, about("callers", filter::Pattern::compile(source)));
        callers.push_back(std::move(pattern));
    }
    MCO_TRY(credentials, load(settings, material));
    std::unique_ptr<X509Provider> provider(
        new X509Provider(std::move(settings), std::move(callers)));
    provider->credentials_ = std::move(credentials);
    return provider;
}

Expected<std::shared_ptr<X509Provider::Credentials>> X509Provider::load(const Settings& settings,
                                                                        const Material& material) {
    MCO_TRY(trust, TrustStore::make(material.ca, material.crl));
    MCO_TRY(chain, about("certificate", certificates_from_pem(material.certificate)));
    MCO_TRY(key, about("private_key", private_key_from_pem(material.private_key)));
    MCO_TRY(name, about("certificate", common_name(chain.front().get())));
    MCO_TRY(algorithm, about("private_key", algorithm_of(key.get())));
    if (X509_check_private_key(chain.front().get(), key.get()) != 1)
        return fail(Errc::invalid,
                    "private_key: it is not the key of the certificate: " + openssl_reason());
    if (!settings.identity.empty() && settings.identity != name)
        return fail(Errc::invalid,
                    "certificate: its name " + name + " is not the identity " + settings.identity);
    MCO_CHECK(about("certificate", trust.check_issued(chain)));

    Header header{algorithm, {}, {}};
    if (chain.size() > max_chain)
        return fail(Errc::limit, "certificate: too many certificates in the chain");
    for (const auto& certificate : chain) {
        MCO_TRY(der, certificate_to_der(certificate.get()));
        header.chain.push_back(std::move(der));
    }
    const std::string plain_header = encode_header(header);
    header.content_type = encrypted_content_type;
    MCO_TRY(memory_seal, MemorySeal::make(material.private_key, material.ca, material.crl));
    return std::shared_ptr<Credentials>(new Credentials{std::move(name),
                                                        algorithm,
                                                        std::move(key),
                                                        chain.front(),
                                                        plain_header,
                                                        encode_header(header),
                                                        std::move(trust),
                                                        std::move(memory_seal),
                                                        ChainCache(settings.chain_memory)});
}

Expected<void> X509Provider::replace(const Material& material) {
    MCO_TRY(fresh, load(settings_, material));
    const std::lock_guard lock(mutex_);
    credentials_ = std::move(fresh);
    return {};
}

std::shared_ptr<X509Provider::Credentials> X509Provider::credentials() const {
    const std::lock_guard lock(mutex_);
    return credentials_;
}

Expected<bool> X509Provider::has_name_of_caller(const std::string& name) const {
    for (const auto& pattern : callers_) {
        MCO_TRY(matched, pattern.matches_whole(name));
        if (matched)
            return true;
    }
    return false;
}

/// What an operator's certificate answers is no node's word. Where a site lets nodes call by an
/// extension, they are still nodes.
Expected<void> X509Provider::check_node(const std::string& name) const {
    MCO_TRY(calls, has_name_of_caller(name));
    if (calls)
        return fail(Errc::denied, "sender: " + name + " is the name of a caller, not of a node");
    return {};
}

Expected<void> X509Provider::check_caller(const Signer& signer) const {
    MCO_TRY(named, has_name_of_caller(signer.name));
    if (named)
        return {};
    const auto& extensions = signer.extensions;
    const auto& wanted = settings_.caller_extension;
    if (wanted && std::find(extensions.begin(), extensions.end(), *wanted) != extensions.end())
        return {};
    return fail(Errc::denied, "callers: " + signer.name + " is not one of those who may call");
}

message::Triaged<message::Request> X509Provider::prove_request(const message::Delivery& delivery,
                                                               TimePoint now) {
    if (delivery.body.size() > settings_.max_message)
        return reject(Gate::malformed, "the message is too large");
    const auto current = credentials();
    auto signed_by = current->prove(delivery.body, Purpose::caller, now);
    if (!signed_by)
        return tl::unexpected(std::move(signed_by).error());
    const Signer& signer = signed_by->signer();
    const std::string& name = signer.name;
    if (auto may_call = check_caller(signer); !may_call)
        return reject(Gate::untrusted, std::move(may_call.error().message), name);
    if (auto genuine = check_signature(*signed_by); !genuine)
        return tl::unexpected(std::move(genuine).error());

    if (!signed_by->envelope.content_type.empty() || signed_by->envelope.content_format)
        return reject(Gate::malformed, "the content of a request has no type", name);
    auto claims = decode_request(signed_by->envelope.payload);
    if (!claims)
        return reject(Gate::malformed, std::move(claims.error().message), name);
    if (claims->caller != std::string(caller_prefix) + name)
        return reject(Gate::untrusted,
                      "caller: the request names " + claims->caller + ", the certificate " + name,
                      name,
                      claims->id);
    current->chains.remember(signed_by->found);
    if (settings_.encrypt_replies)
        readers_->remember(claims->caller, signer.certificate);
    return proven(*std::move(claims), signer.extensions);
}

Expected<std::string> X509Provider::seal_reply(const message::Reply& reply,
                                               const message::Request& request) const {
    const auto current = credentials();
    if (reply.sender != current->name)
        return fail(
            Errc::invalid,
            "the reply's sender " + reply.sender + " is not the certificate's " + current->name);
    MCO_TRY(content, encode_reply(reply));
    if (!settings_.encrypt_replies)
        return seal(current->header, current->key.get(), current->algorithm, content);
    const auto reader = readers_->find(request->caller);
    if (!reader)
        return fail(
            Errc::not_found,
            "the certificate of " + request->caller + " to encrypt for is not known any more");
    MCO_TRY(enveloped, encrypt(content, reader.get()));
    return seal(current->encrypted_header, current->key.get(), current->algorithm, enveloped);
}

Expected<std::string> X509Provider::seal_request(const message::Claims& claims) const {
    const auto current = credentials();
    if (claims.caller != std::string(caller_prefix) + current->name)
        return fail(
            Errc::invalid,
            "the request's caller " + claims.caller + " is not the certificate's " + current->name);
    MCO_TRY(content, encode_request(claims));
    return seal(current->header, current->key.get(), current->algorithm, content);
}

message::Triaged<message::Reply> X509Provider::prove_reply(const message::Delivery& delivery,
                                                           const message::AwaitedIds& awaited,
                                                           TimePoint now) {
    if (delivery.body.size() > settings_.max_message)
        return reject(Gate::malformed, "the message is too large");
    const auto current = credentials();
    auto signed_by = current->prove(delivery.body, Purpose::node, now);
    if (!signed_by)
        return tl::unexpected(std::move(signed_by).error());
    const auto& envelope = signed_by->envelope;
    const std::string& name = signed_by->signer().name;
    if (auto is_node = check_node(name); !is_node)
        return reject(Gate::untrusted, std::move(is_node.error().message), name);
    if (auto genuine = check_signature(*signed_by); !genuine)
        return tl::unexpected(std::move(genuine).error());

    std::string opened;
    std::string_view content = envelope.payload;
    if (envelope.content_type == encrypted_content_type) {
        auto plain = decrypt(content, current->key.get(), current->certificate.get());
        if (!plain)
            return reject(Gate::malformed, std::move(plain.error().message), name);
        opened = *std::move(plain);
        content = opened;
    } else if (!envelope.content_type.empty() || envelope.content_format) {
        return reject(Gate::malformed, "the content of the reply is of an unknown type", name);
    }
    auto reply = decode_reply(content);
    if (!reply)
        return reject(Gate::malformed, std::move(reply.error().message), name);
    if (reply->sender != name)
        return reject(Gate::untrusted,
                      "sender: the reply names " + reply->sender + ", the certificate " + name,
                      name,
                      reply->id);
    current->chains.remember(signed_by->found);
    if (!awaited.contains(reply->id))
        return reject(Gate::not_for_us, "it answers another request", name, reply->id);
    return *std::move(reply);
}

std::string X509Provider::caller_id() const {
    return std::string(caller_prefix) + credentials()->name;
}

Map X509Provider::own_trusted_facts() const {
    const auto current = credentials();
    Map extensions;
    for (const auto& [name, value] : puppet_extensions(current->certificate.get()))
        extensions.set(name, value);
    return Map{{"certname", current->name}, {"extensions", std::move(extensions)}};
}

TimePoint X509Provider::valid_until() const {
    return expiry(credentials()->certificate.get());
}

Expected<void> X509Provider::recall(std::string_view memory, TimePoint now) {
    const auto current = credentials();
    MCO_TRY(nodes, current->seal.open(memory));
    std::erase_if(nodes, [now](const KnownNode& node) { return node.until <= now; });
    current->chains.recall(current->trust, nodes);
    return {};
}

Expected<std::string> X509Provider::memory() const {
    const auto current = credentials();
    return current->seal.close(current->chains.nodes());
}

bool X509Provider::has_new_nodes() const {
    return credentials()->chains.has_new_nodes();
}

std::size_t X509Provider::chain_verifications() const {
    return credentials()->chains.verifications();
}

}  // namespace mco::x509
