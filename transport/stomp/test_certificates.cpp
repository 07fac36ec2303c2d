#include "transport/stomp/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>
#include <vector>

namespace mco::stomp {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void require(bool holds, const char* what) {
    if (!holds)
        throw std::runtime_error(what);
}

Key make_key(KeyKind kind) {
    const Key key(kind == KeyKind::ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), EVP_PKEY_free);
    require(key != nullptr, "no key");
    return key;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), X509_EXTENSION_free);
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "no extension");
}

Certificate unsigned_certificate(const std::string& name, EVP_PKEY* key) {
    constexpr long a_day = 86'400;
    const Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()),
                     static_cast<long>(std::hash<std::string>()(name) & 0xffffffU) + 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -a_day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), a_day);
    const std::vector<unsigned char> text(name.begin(), name.end());
    X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()),
                               NID_commonName,
                               MBSTRING_UTF8,
                               text.data(),
                               static_cast<int>(text.size()),
                               -1,
                               0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

template <class Write>
void write_pem(const std::string& path, Write write) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                               std::fclose);
    require(file && write(file.get()) == 1, "cannot write a PEM file");
}

}  // namespace

TestAuthority::TestAuthority(std::string directory, const std::string& name)
    : directory_(std::move(directory)),
      file_(directory_ + "/" + name + ".pem"),
      key_(make_key(KeyKind::ec)),
      certificate_(unsigned_certificate(name, key_.get())) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "not signed");
    write_pem(file_, [&](std::FILE* file) { return PEM_write_X509(file, certificate_.get()); });
}

TestAuthority::~TestAuthority() = default;

CertificateFiles TestAuthority::issue(const std::string& name,
                                      const std::string& alternative_name,
                                      KeyKind kind) const {
    const Key key = make_key(kind);
    const Certificate certificate = unsigned_certificate(name, key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate.get(), NID_subject_alt_name, alternative_name);
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0, "not signed");
    CertificateFiles files{directory_ + "/" + name + ".pem", directory_ + "/" + name + ".key"};
    write_pem(files.certificate,
              [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
    write_pem(files.key, [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return files;
}

}  // namespace mco::stomp
