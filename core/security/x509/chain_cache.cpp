#include "core/security/x509/chain_cache.hpp"

#include "core/security/x509/cbor.hpp"

#include <openssl/evp.h>

#include <cstring>
#include <utility>

namespace mco::x509 {

namespace {

// Bytes of what stands around the texts of an entry, and of what OpenSSL has made of a caller's
// certificate and key, which are in use for longer.
constexpr std::size_t entry_size = 512;
constexpr std::size_t caller_size = 16u << 10;

std::size_t size_of(const Signer& signer, Purpose purpose) {
    std::size_t size = entry_size + signer.name.size() + signer.verifier.key().bytes.size();
    for (const auto& [name, value] : signer.extensions)
        size += sizeof name + sizeof value + name.size() + value.size();
    return purpose == Purpose::caller ? size + caller_size : size;
}

}  // namespace

Fingerprint fingerprint(const std::vector<std::string_view>& chain, Purpose purpose) {
    std::size_t size = 1;
    for (const auto& certificate : chain)
        size += certificate.size() + 9;
    std::string whole;
    whole.reserve(size);
    whole += static_cast<char>(purpose);
    for (const auto& certificate : chain)
        cbor::put_bytes(whole, certificate);
    Fingerprint digest{};
    unsigned length = 0;
    if (EVP_Digest(whole.data(), whole.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        std::abort();  // only an OpenSSL without SHA-256 or without memory
    return digest;
}

std::size_t ChainCache::FirstBytes::operator()(const Fingerprint& chain) const {
    std::size_t first = 0;
    std::memcpy(&first, chain.data(), sizeof first);
    return first;
}

Expected<ChainCache::Found> ChainCache::find(const TrustStore& trust,
                                             const std::vector<std::string_view>& chain,
                                             Purpose purpose,
                                             TimePoint now) {
    const auto print = fingerprint(chain, purpose);
    if (auto verified = known(print, now))
        return Found{print, purpose, *std::move(verified), true};
    MCO_TRY(verified, trust.verify(chain, purpose, now));
    return Found{print, purpose, std::move(verified), false};
}

std::optional<Verified> ChainCache::known(const Fingerprint& chain, TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(chain);
        found != entries_.end() && found->second.verified.holds(now))
        return found->second.verified;
    ++verifications_;
    return std::nullopt;
}

void ChainCache::remember(const Found& found) {
    if (found.known)
        return;
    const std::lock_guard lock(mutex_);
    new_nodes_ = new_nodes_ || found.purpose == Purpose::node;
    insert(found.chain, {found.purpose, found.verified});
}

void ChainCache::recall(const TrustStore& trust, const std::vector<KnownNode>& nodes) {
    const std::lock_guard lock(mutex_);
    entries_.reserve(entries_.size() + nodes.size());
    for (auto node = nodes.rbegin(); node != nodes.rend();
         ++node) {  // the latest is the last to go
        if (entries_.contains(node->chain))
            continue;
        auto signer = std::make_shared<const Signer>(node->name, node->key, trust.keys());
        insert(node->chain, {Purpose::node, {std::move(signer), node->since, node->until}});
    }
}

/// An entry whose time has passed is replaced where it stands.
void ChainCache::insert(const Fingerprint& chain, Entry entry) {
    const auto size = size_of(*entry.verified.signer, entry.purpose);
    if (const auto old = entries_.find(chain); old != entries_.end()) {
        old->second = std::move(entry);  // of the same size: the same certificates
        return;
    }
    used_ += size;
    order_.push_back(chain);
    entries_.emplace(chain, std::move(entry));
    while (used_ > capacity_ && order_.size() > 1) {
        const auto oldest = entries_.find(order_.front());
        used_ -= size_of(*oldest->second.verified.signer, oldest->second.purpose);
        entries_.erase(oldest);
        order_.pop_front();
    }
}

std::vector<KnownNode> ChainCache::nodes() const {
    const std::lock_guard lock(mutex_);
    std::vector<KnownNode> nodes;
    nodes.reserve(entries_.size());
    for (auto chain = order_.rbegin(); chain != order_.rend(); ++chain) {
        const auto& [purpose, verified] = entries_.at(*chain);
        const auto& signer = *verified.signer;
        if (purpose == Purpose::node)
            nodes.push_back(
                {*chain, signer.name, signer.verifier.key(), verified.since, verified.until});
    }
    return nodes;
}

bool ChainCache::has_new_nodes() const {
    const std::lock_guard lock(mutex_);
    return new_nodes_;
}

std::size_t ChainCache::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

std::size_t ChainCache::verifications() const {
    const std::lock_guard lock(mutex_);
    return verifications_;
}

}  // namespace mco::x509
