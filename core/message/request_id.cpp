#include "core/message/request_id.hpp"

#include "core/bytes.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace mco::message {
namespace {

constexpr std::array<unsigned char, 16> dns_namespace = {0x6b,
                                                         0xa7,
                                                         0xb8,
                                                         0x10,
                                                         0x9d,
                                                         0xad,
                                                         0x11,
                                                         0xd1,
                                                         0x80,
                                                         0xb4,
                                                         0x00,
                                                         0xc0,
                                                         0x4f,
                                                         0xd4,
                                                         0x30,
                                                         0xc8};

}  // namespace

std::string uuid_v5(std::string_view name) {
    std::string input(dns_namespace.begin(), dns_namespace.end());
    input += name;
    std::array<unsigned char, SHA_DIGEST_LENGTH> hash{};
    SHA1(bytes_of(input), input.size(), hash.data());
    hash[6] = static_cast<unsigned char>((hash[6] & 0x0f) | 0x50);  // version 5
    hash[8] = static_cast<unsigned char>((hash[8] & 0x3f) | 0x80);  // variant 1
    std::string text;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += "0123456789abcdef"[hash[i] >> 4];
        text += "0123456789abcdef"[hash[i] & 0x0f];
    }
    return text;
}

std::string request_id(std::string_view randomness) {
    auto id = uuid_v5(randomness);
    id.erase(std::remove(id.begin(), id.end(), '-'), id.end());
    return id;
}

Expected<std::string> fresh_request_id() {
    std::array<unsigned char, 32> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
        return fail(Errc::unavailable, "no randomness for a request id");
    return request_id(view_of(random.data(), random.size()));
}

}  // namespace mco::message
