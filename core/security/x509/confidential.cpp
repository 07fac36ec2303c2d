#include "core/security/x509/confidential.hpp"

#include "core/security/x509/openssl.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <limits>

namespace mco::x509 {

namespace {

using Bio = Owned<BIO, BIO_free_all>;
using Envelope = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

constexpr unsigned envelope_flags = CMS_BINARY | CMS_PARTIAL;

Bio reader_of(std::string_view bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return nullptr;
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string content_of(BIO* memory) {
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(memory, &bytes);
    return {bytes, bytes + length};
}

/// Adds the one who may read it; RSA keys receive with OAEP, not with the padding that leaks.
bool add_reader(CMS_ContentInfo* envelope, X509* reader) {
    CMS_RecipientInfo* info = CMS_add1_recipient_cert(envelope, reader, CMS_KEY_PARAM);
    if (info == nullptr)
        return false;
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(reader)) != EVP_PKEY_RSA)
        return true;
    EVP_PKEY_CTX* transport = CMS_RecipientInfo_get0_pkey_ctx(info);
    return transport != nullptr &&
           EVP_PKEY_CTX_set_rsa_padding(transport, RSA_PKCS1_OAEP_PADDING) > 0;
}

}  // namespace

Expected<std::string> encrypt(std::string_view plain, X509* reader) {
    const Bio in = reader_of(plain);
    const Bio out(BIO_new(BIO_s_mem()));
    const Envelope envelope(CMS_encrypt(nullptr, nullptr, EVP_aes_256_cbc(), envelope_flags));
    const bool good = in && out && envelope && add_reader(envelope.get(), reader) &&
                      CMS_final(envelope.get(), in.get(), nullptr, envelope_flags) == 1 &&
                      i2d_CMS_bio(out.get(), envelope.get()) == 1;
    if (!good)
        return fail(Errc::invalid,
                    "cannot encrypt for the caller's certificate: " + openssl_reason());
    return content_of(out.get());
}

Expected<std::string> decrypt(std::string_view enveloped, EVP_PKEY* key, X509* reader) {
    const Bio in = reader_of(enveloped);
    const Bio out(BIO_new(BIO_s_mem()));
    const Envelope envelope(in ? d2i_CMS_bio(in.get(), nullptr) : nullptr);
    const bool good = out && envelope &&
                      OBJ_obj2nid(CMS_get0_type(envelope.get())) == NID_pkcs7_enveloped &&
                      CMS_decrypt(envelope.get(), key, reader, nullptr, out.get(), CMS_BINARY) == 1;
    ERR_clear_error();
    if (!good)
        return fail(Errc::malformed,
                    "the reply is encrypted, but not readably for this certificate");
    return content_of(out.get());
}

}  // namespace mco::x509
