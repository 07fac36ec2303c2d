// Remembers which message each session key of aes_security came with. A session key can be read by
// everybody who has its caller's public key, and nothing ties it to a message; so whoever saw one
// request could write others under its key. Where the request was seen, this tells them apart.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <string_view>

namespace mco::security {

/// One thread.
class SessionKeys {
  public:
    /// `capacity`: keys remembered; the oldest is forgotten first. About 200 bytes each.
    explicit SessionKeys(std::size_t capacity = 8192) : capacity_(capacity) {}

    /// False if `block`, the RSA block of the session key, came with other data before. The same
    /// data again is for the replay gate to judge.
    bool belongs_to(std::string_view block, std::string_view data);

    std::size_t size() const { return data_of_.size(); }

  private:
    using Digest = std::array<unsigned char, 32>;

    static Digest digest(std::string_view bytes);

    std::size_t capacity_;
    std::map<Digest, Digest> data_of_;
    std::deque<Digest> order_;  // oldest first
};

}  // namespace mco::security
