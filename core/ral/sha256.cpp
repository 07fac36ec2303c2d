#include "core/ral/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace mco::ral {
namespace {

void require(bool done) {
    if (!done)
        throw std::runtime_error("OpenSSL does not compute SHA-256");
}

}  // namespace

std::string sha256_hex(std::string_view content, std::size_t bytes) {
    Sha256 whole;
    whole.add(content);
    return whole.hex(bytes);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

void Sha256::add(std::string_view piece) {
    require(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
}

std::string Sha256::hex(std::size_t bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1 && size >= bytes);
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        text += "0123456789abcdef"[digest[i] >> 4];
        text += "0123456789abcdef"[digest[i] & 15U];
    }
    return text;
}

}  // namespace mco::ral
