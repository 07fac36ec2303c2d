#include "core/security/legacy/session_keys.hpp"

#include "core/bytes.hpp"

#include <openssl/sha.h>

namespace mco::security {

SessionKeys::Digest SessionKeys::digest(std::string_view bytes) {
    Digest found{};
    SHA256(bytes_of(bytes), bytes.size(), found.data());
    return found;
}

bool SessionKeys::belongs_to(std::string_view block, std::string_view data) {
    const auto key = digest(block);
    const auto [known, is_new] = data_of_.emplace(key, digest(data));
    if (!is_new)
        return known->second == digest(data);
    order_.push_back(key);
    if (order_.size() > capacity_) {
        data_of_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

}  // namespace mco::security
