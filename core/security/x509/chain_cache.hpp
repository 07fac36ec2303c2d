// The memory of verified chains: who sends a second message with the same certificates costs a
// signature check only, in the same run and, as far as nodes are concerned, in the next one (ADR
// 18).
#pragma once

#include "core/error.hpp"
#include "core/security/x509/chain.hpp"
#include "core/security/x509/public_key.hpp"
#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::x509 {

/// A chain and what it was shown for, as SHA-256 of their bytes.
using Fingerprint = std::array<unsigned char, 32>;

Fingerprint fingerprint(const std::vector<std::string_view>& chain, Purpose purpose);

/// A node whose chain was verified and who has signed a message: enough to check the next one.
struct KnownNode {
    Fingerprint chain{};  ///< shown by a node
    std::string name;
    PublicKey key;
    TimePoint since;  ///< as Verified
    TimePoint until;
    bool operator==(const KnownNode&) const = default;
};

/// Remembers verified chains; a chain that failed is tried again every time. Any thread.
class ChainCache {
  public:
    /// `capacity`: bytes, by an estimate that is rather too high. When they are used up the oldest
    /// go.
    explicit ChainCache(std::size_t capacity) : capacity_(capacity) {}

    struct Found {
        Fingerprint chain;
        Purpose purpose;
        Verified verified;
        bool known;  ///< it was remembered
    };

    /// As TrustStore::verify, which is only asked when the answer is not known or its time has
    /// passed. Remembers nothing.
    Expected<Found> find(const TrustStore& trust,
                         const std::vector<std::string_view>& chain,
                         Purpose purpose,
                         TimePoint now);

    /// Keeps what was found, if it is news. To be called when a message has shown that whoever
    /// sends the chain has its key: anybody can repeat the certificates of others.
    void remember(const Found& found);

    /// Takes in what `trust` has verified in another run, unless it is known here.
    void recall(const TrustStore& trust, const std::vector<KnownNode>& nodes);

    /// The nodes among those remembered, the latest first.
    std::vector<KnownNode> nodes() const;

    /// A node was remembered that nobody recalled.
    bool has_new_nodes() const;

    std::size_t size() const;

    /// How often TrustStore::verify was asked.
    std::size_t verifications() const;

  private:
    struct Entry {
        Purpose purpose;
        Verified verified;
    };

    /// The bytes are random already, to somebody who cannot choose what the authority signs.
    struct FirstBytes {
        std::size_t operator()(const Fingerprint& chain) const;
    };

    std::optional<Verified> known(const Fingerprint& chain, TimePoint now);
    void insert(const Fingerprint& chain, Entry entry);

    const std::size_t capacity_;
    mutable std::mutex mutex_;  // guards what follows
    std::size_t verifications_ = 0;
    std::size_t used_ = 0;
    bool new_nodes_ = false;
    std::unordered_map<Fingerprint, Entry, FirstBytes> entries_;
    std::deque<Fingerprint> order_;  // keys of entries_, oldest first
};

}  // namespace mco::x509
