#include "client/resources/file_content.hpp"

#include "core/text/base64.hpp"
#include "core/text/utf8.hpp"

#include <openssl/evp.h>

#include <array>
#include <string_view>

namespace mco::client {

namespace {

/// In hex; empty if this OpenSSL does not have the algorithm.
std::string checksum(std::string_view text, const EVP_MD* algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    if (algorithm == nullptr ||
        EVP_Digest(text.data(), text.size(), bytes.data(), &size, algorithm, nullptr) != 1)
        return {};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[bytes.at(i) >> 4U];
        hex += digits[bytes.at(i) & 15U];
    }
    return hex;
}

/// Whether it has the checksum that Puppet tells, `{md5}…` or `{sha256}…`.
bool has_checksum(std::string_view text, std::string_view told) {
    if (told.starts_with("{md5}"))
        return checksum(text, EVP_md5()) == told.substr(5);
    if (told.starts_with("{sha256}"))
        return checksum(text, EVP_sha256()) == told.substr(8);
    return false;
}

}  // namespace

Expected<std::optional<std::string>> read_content(const Value& data, const ral::Resource& file) {
    const auto* told = data.find("content");
    if (told == nullptr || told->text() == nullptr)
        return std::optional<std::string>();
    std::string content;
    if (!told->text()->empty()) {
        MCO_TRY(decoded, text::base64_decode(*told->text()));
        content = std::move(decoded);
    }
    const auto* sum = file.parameters.find("content");
    if (sum == nullptr || sum->text() == nullptr || !has_checksum(content, *sum->text()))
        return fail(Errc::malformed, "the content of the file has not the checksum that it tells");
    if (!text::is_utf8(content) || content.find('\0') != std::string::npos)
        return fail(Errc::invalid, "the file is no text");
    return std::optional(std::move(content));
}

}  // namespace mco::client
