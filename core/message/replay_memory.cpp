#include "core/message/replay_memory.hpp"

#include "core/bytes.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <string>

namespace mco::message {
namespace {

constexpr auto by_digest = [](const auto& entry, const ReplayMemory::Digest& digest) {
    return entry.digest < digest;
};

/// Room for a few more, not for twice as many.
template <class Shard>
void make_room(Shard& shard) {
    if (shard.size() == shard.capacity())
        shard.reserve(shard.size() + shard.size() / 4 + 4);
}

}  // namespace

ReplayMemory::Digest ReplayMemory::digest(std::string_view caller, std::string_view id) {
    std::string text = std::to_string(caller.size()) + ':';
    text.append(caller).append(id);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> whole{};
    SHA256(bytes_of(text), text.size(), whole.data());
    Digest half{};
    std::copy_n(whole.begin(), half.size(), half.begin());
    return half;
}

ReplayMemory::Second ReplayMemory::to_second(TimePoint time) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).time_since_epoch().count();
    return static_cast<Second>(std::clamp<std::int64_t>(seconds, 0, UINT32_MAX));
}

void ReplayMemory::forget(TimePoint now) {
    const Second current = to_second(now);
    if (earliest_ >= current)
        return;
    earliest_ = UINT32_MAX;
    for (Shard& shard : shards_) {
        size_ -= std::erase_if(shard, [&](const Entry& entry) { return entry.until < current; });
        if (shard.capacity() > 2 * shard.size() + 8)
            shard.shrink_to_fit();
        for (const Entry& entry : shard)
            earliest_ = std::min(earliest_, entry.until);
    }
}

bool ReplayMemory::contains(const Digest& digest) const {
    const Shard& shard = shards_[digest[0]];
    const auto found = std::lower_bound(shard.begin(), shard.end(), digest, by_digest);
    return found != shard.end() && found->digest == digest;
}

bool ReplayMemory::add(const Digest& digest, TimePoint until) {
    if (size_ >= capacity_)
        return false;
    Shard& shard = shards_[digest[0]];
    make_room(shard);
    const Second second = to_second(until);
    shard.insert(std::lower_bound(shard.begin(), shard.end(), digest, by_digest),
                 Entry{digest, second});
    earliest_ = std::min(earliest_, second);
    ++size_;
    return true;
}

}  // namespace mco::message
