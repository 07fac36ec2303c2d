// Which requests were accepted lately, in as little memory as that takes: 20 bytes each, so that a
// flood of accepted requests cannot make the daemon grow by more than its share.
#pragma once

#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mco::message {

class ReplayMemory {
  public:
    /// Half a SHA-256: whoever wanted two requests to share one would need 2^64 tries.
    using Digest = std::array<unsigned char, 16>;

    explicit ReplayMemory(std::size_t capacity) : capacity_(capacity) {}

    static Digest digest(std::string_view caller, std::string_view id);

    /// Forgets what was to be kept until before `now`. Cheap, but for once a second.
    void forget(TimePoint now);

    bool contains(const Digest& digest) const;

    /// Keeps it until `until`, rounded up to a second. False, and nothing happens, when the memory
    /// is full. It must not be there yet.
    bool add(const Digest& digest, TimePoint until);

    std::size_t size() const { return size_; }

  private:
    using Second = std::uint32_t;  // since the epoch, up to the year 2106

    struct Entry {
        Digest digest;
        Second until;
    };

    // Sorted by digest, and apart by its first byte: an insertion moves little.
    using Shard = std::vector<Entry>;

    static Second to_second(TimePoint time);

    std::size_t capacity_;
    std::size_t size_ = 0;
    Second earliest_ = UINT32_MAX;
    std::array<Shard, 256> shards_;
};

}  // namespace mco::message
