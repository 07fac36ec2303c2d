#include "broker/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

namespace mco::broker {

namespace {

tl::unexpected<Error> unusable(std::string_view what, const std::string& file) {
    return fail(Errc::invalid, std::string(what) + " " + file + ": " + take_tls_errors());
}

Expected<void> use_own_certificate(SSL_CTX* context, const TlsSettings& settings) {
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1)
        return unusable("cannot use the certificate", settings.certificate);
    if (SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) != 1)
        return unusable("cannot use the private key", settings.key);
    return {};
}

Expected<void> ask_for_certificates(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.clients == ClientCertificates::none)
        return {};
    if (SSL_CTX_load_verify_locations(context, settings.ca.c_str(), nullptr) != 1)
        return unusable("cannot use the CA", settings.ca);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(settings.ca.c_str()));
    if (!settings.crl.empty()) {
        X509_STORE* const store = SSL_CTX_get_cert_store(context);
        X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
        if (lookup == nullptr ||
            X509_load_crl_file(lookup, settings.crl.c_str(), X509_FILETYPE_PEM) < 1)
            return unusable("cannot use the revocation list", settings.crl);
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    }
    const bool required = settings.clients == ClientCertificates::required;
    SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    return {};
}

std::string text_of(const ASN1_STRING* string) {
    unsigned char* octets = nullptr;
    const int size = ASN1_STRING_to_UTF8(&octets, string);
    if (size < 0)
        return {};
    std::string text(octets, octets + size);
    OPENSSL_free(octets);
    return text;
}

/// Names become part of user names, patterns and log lines: plain characters only.
bool is_plain(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c >= '\x7f')
            return false;
    return true;
}

}  // namespace

std::optional<ClientCertificates> parse_client_certificates(std::string_view text) {
    if (text == "none")
        return ClientCertificates::none;
    if (text == "optional")
        return ClientCertificates::optional;
    if (text == "required")
        return ClientCertificates::required;
    return std::nullopt;
}

Expected<TlsContext> make_tls_context(const TlsSettings& settings) {
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context)
        return fail(Errc::invalid, "cannot use TLS: " + take_tls_errors());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Idle connections give their buffers back: a thousand of them would hold 34 MiB otherwise.
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Connections last for days, so resuming sessions saves nothing and would skip the check of a
    // certificate that was revoked meanwhile.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context.get(), 0);
    MCO_CHECK(use_own_certificate(context.get(), settings));
    MCO_CHECK(ask_for_certificates(context.get(), settings));
    return context;
}

std::string verified_common_name(const ssl_st* connection) {
    const X509* const certificate = SSL_get0_peer_certificate(connection);
    if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK)
        return {};
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    const int first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (first < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, first) >= 0)
        return {};
    std::string name = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, first)));
    return is_plain(name) ? name : std::string();
}

Expected<void> check_peer_again(const ssl_st* connection, const TlsContext& context) {
    X509* const certificate = SSL_get0_peer_certificate(connection);
    if (certificate == nullptr)
        return {};
    const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> check(X509_STORE_CTX_new(),
                                                                           X509_STORE_CTX_free);
    X509_STORE* const store = SSL_CTX_get_cert_store(context.get());
    STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(connection);
    if (!check || X509_STORE_CTX_init(check.get(), store, certificate, chain) != 1 ||
        X509_STORE_CTX_set_default(check.get(), "ssl_client") != 1)
        return fail(Errc::denied, "it cannot be checked: " + take_tls_errors());
    if (X509_verify_cert(check.get()) == 1)
        return {};
    const int reason = X509_STORE_CTX_get_error(check.get());
    ERR_clear_error();
    return fail(Errc::denied, X509_verify_cert_error_string(reason));
}

std::string take_tls_errors() {
    std::string text;
    while (const unsigned long code = ERR_get_error()) {
        if (!text.empty())
            continue;
        std::array<char, 256> buffer{};
        ERR_error_string_n(code, buffer.data(), buffer.size());
        text = buffer.data();
    }
    return text.empty() ? "no reason given" : text;
}

}  // namespace mco::broker
