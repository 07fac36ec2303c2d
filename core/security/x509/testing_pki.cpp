#include "core/security/x509/testing_pki.hpp"

#include "core/security/x509/openssl.hpp"
#include "core/security/x509/pem.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>

namespace mco::x509::testing {

namespace {

using Bio = Owned<BIO, BIO_free_all>;

void require(bool good, const char* what) {
    if (good)
        return;
    std::fprintf(stderr, "test PKI: %s: %s\n", what, openssl_reason().c_str());
    std::abort();
}

KeyPtr make_key(KeyKind kind) {
    EVP_PKEY* key = nullptr;
    switch (kind) {
        case KeyKind::p256:
            key = EVP_EC_gen("P-256");
            break;
        case KeyKind::p384:
            key = EVP_EC_gen("P-384");
            break;
        case KeyKind::p521:
            key = EVP_EC_gen("P-521");
            break;
        case KeyKind::ed25519:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
            break;
        case KeyKind::rsa2048:
            key = EVP_RSA_gen(2048);
            break;
        case KeyKind::rsa4096:
            key = EVP_RSA_gen(4096);
            break;
        case KeyKind::rsa1024:
            key = EVP_RSA_gen(1024);
            break;
    }
    require(key != nullptr, "key");
    return KeyPtr(key, EVP_PKEY_free);
}

const EVP_MD* digest_for(const EVP_PKEY* signer) {
    return EVP_PKEY_get_base_id(signer) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

template <class Write>
std::string written(Write write) {
    const Bio bio(BIO_new(BIO_s_mem()));
    require(bio && write(bio.get()) == 1, "PEM");
    char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return {text, text + length};
}

std::string pem_of(X509* certificate) {
    return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
    return written([&](BIO* bio) {
        return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

void set_time(ASN1_TIME* field, TimePoint time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    require(ASN1_TIME_set(field, seconds) != nullptr, "time");
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& text) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

/// One that OpenSSL has no name for.
void add_extension(X509* certificate, const std::string& number, const std::string& text) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf(nullptr, &context, number.c_str(), text.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "own extension");
}

void set_subject(X509* certificate, std::string names) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    while (true) {
        const auto bar = names.find('|');
        const std::string name = names.substr(0, bar);
        require(X509_NAME_add_entry_by_txt(subject,
                                           "CN",
                                           MBSTRING_UTF8,
                                           bytes_of(std::string_view(name)),
                                           static_cast<int>(name.size()),
                                           -1,
                                           0) == 1,
                "subject");
        if (bar == std::string::npos)
            return;
        names.erase(0, bar + 1);
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ",") + word;
    return text;
}

}  // namespace

struct Authority::State {
    KeyPtr key;
    CertificatePtr certificate;
    long next_serial = 2;
};

namespace {

struct Issuer {
    EVP_PKEY* key;
    X509* certificate;  // null: the new certificate signs itself
    long serial;
};

CertificatePtr make_certificate(const Wanted& wanted,
                                EVP_PKEY* key,
                                const Issuer& issuer,
                                bool authority) {
    CertificatePtr certificate(X509_new(), X509_free);
    X509* made = certificate.get();
    X509* parent = issuer.certificate != nullptr ? issuer.certificate : made;
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), issuer.serial);
    set_time(X509_getm_notBefore(made), wanted.not_before);
    set_time(X509_getm_notAfter(made), wanted.not_after);
    set_subject(made, wanted.name);
    X509_set_issuer_name(made, X509_get_subject_name(parent));
    X509_set_pubkey(made, key);
    add_extension(made, parent, NID_subject_key_identifier, "hash");
    add_extension(made, parent, NID_authority_key_identifier, "keyid:always");
    add_extension(
        made, parent, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(made,
                  parent,
                  NID_key_usage,
                  authority ? "critical,keyCertSign,cRLSign"
                            : "critical,digitalSignature,keyEncipherment,keyAgreement");
    if (!authority && !wanted.key_purposes.empty())
        add_extension(made, parent, NID_ext_key_usage, joined(wanted.key_purposes));
    if (!wanted.alternative_names.empty())
        add_extension(made, parent, NID_subject_alt_name, joined(wanted.alternative_names));
    for (const auto& [number, text] : wanted.extensions)
        add_extension(made, number, text);
    require(X509_sign(made, issuer.key, digest_for(issuer.key)) > 0, "signature");
    return certificate;
}

Wanted authority_named(const std::string& name, TimePoint now) {
    Wanted wanted;
    wanted.name = name;
    wanted.not_before = now - std::chrono::days(400);
    wanted.not_after = now + std::chrono::days(400);
    return wanted;
}

}  // namespace

TimePoint test_now() {
    return std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + std::chrono::hours(12);
}

Authority::Authority(const std::string& name, KeyKind kind, TimePoint now)
    : state_(std::make_unique<State>()) {
    state_->key = make_key(kind);
    state_->certificate = make_certificate(
        authority_named(name, now), state_->key.get(), {state_->key.get(), nullptr, 1}, true);
}

Authority::Authority(const Credential& credential) : state_(std::make_unique<State>()) {
    state_->key = *private_key_from_pem(credential.private_key_pem);
    state_->certificate = certificates_from_pem(credential.certificate_pem)->front();
}

Authority::Authority(std::unique_ptr<State> state) : state_(std::move(state)) {}

Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;

Credential Authority::issue(const Wanted& wanted) {
    const KeyPtr key = make_key(wanted.key);
    const Issuer issuer{state_->key.get(), state_->certificate.get(), state_->next_serial++};
    return {pem_of(make_certificate(wanted, key.get(), issuer, false).get()), pem_of(key.get())};
}

Credential Authority::issue(const std::string& name, KeyKind key) {
    Wanted wanted;
    wanted.name = name;
    wanted.key = key;
    return issue(wanted);
}

Authority Authority::subordinate(const std::string& name, KeyKind kind) {
    auto state = std::make_unique<State>();
    state->key = make_key(kind);
    const Issuer issuer{state_->key.get(), state_->certificate.get(), state_->next_serial++};
    state->certificate =
        make_certificate(authority_named(name, test_now()), state->key.get(), issuer, true);
    return Authority(std::move(state));
}

std::string Authority::revocation_list(const std::vector<std::string>& revoked_pem,
                                       TimePoint this_update,
                                       TimePoint next_update) const {
    const Owned<X509_CRL, X509_CRL_free> list(X509_CRL_new());
    const Owned<ASN1_TIME, ASN1_TIME_free> time(ASN1_TIME_new());
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(state_->certificate.get()));
    set_time(time.get(), this_update);
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    for (const auto& pem : revoked_pem) {
        const auto certificate = certificate_from_der(der_of(pem));
        X509_REVOKED* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate->get()));
        X509_REVOKED_set_revocationDate(entry, time.get());
        require(X509_CRL_add0_revoked(list.get(), entry) == 1, "revoked");
    }
    set_time(time.get(), next_update);
    X509_CRL_set1_nextUpdate(list.get(), time.get());
    X509_CRL_sort(list.get());
    require(X509_CRL_sign(list.get(), state_->key.get(), digest_for(state_->key.get())) > 0,
            "list");
    return written([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, list.get()); });
}

std::string Authority::certificate_pem() const {
    return pem_of(state_->certificate.get());
}

Credential self_signed(const Wanted& wanted) {
    const KeyPtr key = make_key(wanted.key);
    return {pem_of(make_certificate(wanted, key.get(), {key.get(), nullptr, 1}, false).get()),
            pem_of(key.get())};
}

std::string der_of(const std::string& pem) {
    const auto certificates = certificates_from_pem(pem);
    require(certificates.has_value(), "certificate");
    return *certificate_to_der(certificates->front().get());
}

}  // namespace mco::x509::testing
