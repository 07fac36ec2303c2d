#include "core/ral/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace mco::ral {

std::string sha256_hex(std::string_view content, std::size_t bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr) !=
            1 ||
        size < bytes)
        throw std::runtime_error("OpenSSL does not compute SHA-256");
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        text += "0123456789abcdef"[digest[i] >> 4];
        text += "0123456789abcdef"[digest[i] & 15U];
    }
    return text;
}

}  // namespace mco::ral
