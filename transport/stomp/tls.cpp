#include "transport/stomp/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

namespace mco::stomp {

namespace {

using Handle = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

/// "what: OpenSSL's reason"; empties OpenSSL's error queue, which belongs to the thread.
tl::unexpected<Error> refused(Errc code, const std::string& what) {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return fail(code, what + (reason == nullptr ? "" : std::string(": ") + reason));
}

Expected<Handle> make_handle() {
    Handle handle(SSL_CTX_new(TLS_client_method()));
    if (!handle || SSL_CTX_set_min_proto_version(handle.get(), TLS1_2_VERSION) != 1)
        return refused(Errc::io, "OpenSSL cannot set TLS up");
    // OpenSSL's own callback would ask on the terminal
    SSL_CTX_set_default_passwd_cb(handle.get(), [](char*, int, int, void*) { return 0; });
    return handle;
}

Expected<void> load_identity(ssl_ctx_st* context, const Tls& tls) {
    if (tls.certificate.empty() && tls.key.empty())
        return {};
    if (tls.certificate.empty() || tls.key.empty())
        return fail(Errc::invalid, "certificate and private key go together");
    if (SSL_CTX_use_certificate_chain_file(context, tls.certificate.c_str()) != 1)
        return refused(Errc::io, "cannot use the certificate " + tls.certificate);
    if (SSL_CTX_use_PrivateKey_file(context, tls.key.c_str(), SSL_FILETYPE_PEM) != 1)
        return refused(Errc::io, "cannot use the private key " + tls.key);
    if (SSL_CTX_check_private_key(context) != 1)
        return refused(Errc::invalid, tls.key + " is not the key of " + tls.certificate);
    return {};
}

/// From then on an issuer whose list is missing or outdated is not trusted.
Expected<void> load_revocation_lists(ssl_ctx_st* context, const std::string& file) {
    if (file.empty())
        return {};
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == nullptr || X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) < 1)
        return refused(Errc::io, "cannot use the revocation lists in " + file);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

Expected<Handle> make_verified(const Tls& tls) {
    MCO_TRY(handle, make_handle());
    if (tls.ca.empty())
        return fail(Errc::invalid, "no certificate authority is configured");
    for (const auto& file : tls.ca)
        if (SSL_CTX_load_verify_locations(handle.get(), file.c_str(), nullptr) != 1)
            return refused(Errc::io, "cannot use the certificate authorities in " + file);
    MCO_CHECK(load_revocation_lists(handle.get(), tls.crl));
    MCO_CHECK(load_identity(handle.get(), tls));
    SSL_CTX_set_verify(handle.get(), SSL_VERIFY_PEER, nullptr);
    return handle;
}

Expected<void> set_ciphers(ssl_ctx_st* context, const std::string& ciphers) {
    if (!ciphers.empty() && SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1)
        return refused(Errc::invalid, "no usable cipher in the list " + ciphers);
    return {};
}

bool is_address(const std::string& host) {
    in6_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

Expected<TlsContext> make_tls_context(const Tls& tls) {
    TlsContext context;
    auto verified = make_verified(tls);
    if (verified) {
        context.handle = *std::move(verified);
    } else {
        if (!tls.fallback)
            return tl::unexpected(verified.error());
        MCO_TRY(unverified, make_handle());
        SSL_CTX_set_verify(unverified.get(), SSL_VERIFY_NONE, nullptr);
        context.handle = std::move(unverified);
        context.verified = false;
        context.warning = verified.error().message;
    }
    MCO_CHECK(set_ciphers(context.handle.get(), tls.ciphers));
    return context;
}

Expected<void> expect_host(ssl_st* connection, const std::string& host, bool verified) {
    const bool address = is_address(host);
    // the announced name must not be an address (RFC 6066); the macro of OpenSSL casts the old way
    if (!address &&
        SSL_ctrl(connection,
                 SSL_CTRL_SET_TLSEXT_HOSTNAME,
                 TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str())) != 1)  // NOLINT: OpenSSL copies the name
        return refused(Errc::invalid, "the host name " + host + " cannot be announced");
    if (!verified)
        return {};
    X509_VERIFY_PARAM* const demands = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(demands, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = address ? X509_VERIFY_PARAM_set1_ip_asc(demands, host.c_str())
                            : X509_VERIFY_PARAM_set1_host(demands, host.c_str(), host.size());
    if (set != 1)
        return refused(Errc::invalid, "the host name " + host + " cannot be checked");
    return {};
}

std::string verification_failure(const ssl_st* connection) {
    const long result = SSL_get_verify_result(connection);
    if (result == X509_V_OK)
        return {};
    return std::string(" (") + X509_verify_cert_error_string(result) + ")";
}

}  // namespace mco::stomp
