#include "core/security/x509/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>

namespace mco::x509 {

namespace {

using Bio = Owned<BIO, BIO_free_all>;

constexpr std::size_t max_name = 250;

Bio reader_of(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return nullptr;
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Without it OpenSSL would ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*ours*/) {
    return -1;
}

bool at_end_of_pem() {
    const auto code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

template <class T, class Read, class Free>
Expected<std::vector<std::shared_ptr<T>>> all_from_pem(std::string_view pem,
                                                       Read read,
                                                       Free free,
                                                       const char* what) {
    const Bio bio = reader_of(pem);
    std::vector<std::shared_ptr<T>> found;
    ERR_clear_error();
    while (bio) {
        T* one = read(bio.get(), nullptr, no_passphrase, nullptr);
        if (one == nullptr)
            break;
        found.emplace_back(one, free);
    }
    if (!at_end_of_pem())
        return fail(Errc::malformed, std::string("no readable ") + what + ": " + openssl_reason());
    ERR_clear_error();
    if (found.empty())
        return fail(Errc::not_found, std::string("no ") + what);
    return found;
}

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/// `O = Lab`; cut where it is long.
std::string written_part(const X509_NAME_ENTRY* entry) {
    constexpr int longest = 128;
    const auto* object = X509_NAME_ENTRY_get_object(entry);
    const int nid = OBJ_obj2nid(object);
    std::array<char, 64> number{};
    OBJ_obj2txt(number.data(), static_cast<int>(number.size()), object, 1);
    const auto* data = X509_NAME_ENTRY_get_data(entry);
    const auto* bytes = ASN1_STRING_get0_data(data);
    std::string text = std::string(nid == NID_undef ? number.data() : OBJ_nid2sn(nid)) + " = ";
    for (int i = 0; i < std::min(ASN1_STRING_length(data), longest); ++i)
        text += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '?';
    return text;
}

TimePoint moment(const ASN1_TIME* time) {
    std::tm broken_down{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &broken_down) != 1)
        return TimePoint::min();
    return TimePoint(std::chrono::seconds(timegm(&broken_down)));
}

}  // namespace

Expected<std::vector<CertificatePtr>> certificates_from_pem(std::string_view pem) {
    return all_from_pem<X509>(pem, PEM_read_bio_X509, X509_free, "certificate");
}

Expected<std::vector<std::shared_ptr<X509_CRL>>> revocation_lists_from_pem(std::string_view pem) {
    return all_from_pem<X509_CRL>(pem, PEM_read_bio_X509_CRL, X509_CRL_free, "revocation list");
}

Expected<KeyPtr> private_key_from_pem(std::string_view pem) {
    const Bio bio = reader_of(pem);
    EVP_PKEY* key =
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr;
    if (key == nullptr)
        return fail(Errc::malformed, "no readable, unencrypted private key: " + openssl_reason());
    return KeyPtr(key, EVP_PKEY_free);
}

Expected<CertificatePtr> certificate_from_der(std::string_view der) {
    const unsigned char* cursor = bytes_of(der);
    CertificatePtr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())),
                               X509_free);
    if (!certificate || cursor != bytes_of(der) + der.size()) {
        ERR_clear_error();
        return fail(Errc::malformed, "an unreadable certificate");
    }
    return certificate;
}

Expected<std::string> certificate_to_der(const X509* certificate) {
    const int length = i2d_X509(certificate, nullptr);
    if (length <= 0)
        return fail(Errc::invalid, "cannot encode a certificate: " + openssl_reason());
    std::string der(static_cast<std::size_t>(length), '\0');
    unsigned char* cursor = bytes_of(der);
    i2d_X509(certificate, &cursor);
    return der;
}

Expected<std::string> common_name(const X509* certificate) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0)
        return fail(Errc::invalid, "the certificate has no common name");
    if (X509_NAME_get_index_by_NID(subject, NID_commonName, index) >= 0)
        return fail(Errc::invalid, "the certificate has more than one common name");
    unsigned char* text = nullptr;
    const int length =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
    if (length < 0)
        return fail(Errc::invalid,
                    "the certificate's common name is unreadable: " + openssl_reason());
    const std::string name(text, text + length);
    OPENSSL_free(text);
    const bool usable = !name.empty() && name.size() <= max_name && name != "." && name != ".." &&
                        std::all_of(name.begin(), name.end(), in_name);
    if (!usable)
        return fail(Errc::invalid,
                    "the certificate's common name is not made of letters, digits, _ . -");
    return name;
}

std::string written_name(const X509_NAME* name) {
    std::vector<std::string> parts;
    std::size_t common_names = 0;
    // Most are written from the country down to the machine; people begin with the machine.
    for (int at = X509_NAME_entry_count(name) - 1; at >= 0; --at) {
        const auto* entry = X509_NAME_get_entry(name, at);
        auto part = written_part(entry);
        if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName)
            parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(common_names++),
                         std::move(part));
        else
            parts.push_back(std::move(part));
    }
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text.empty() ? "a name without parts" : text;
}

TimePoint beginning(const X509* certificate) {
    return moment(X509_get0_notBefore(certificate));
}

TimePoint expiry(const X509* certificate) {
    return moment(X509_get0_notAfter(certificate));
}

}  // namespace mco::x509
