// OpenSSL contexts and checks for connections to a broker (protocol §2.3).
#pragma once

#include "core/error.hpp"
#include "transport/stomp/options.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace mco::stomp {

struct FreeTlsContext {
    void operator()(ssl_ctx_st* context) const;
};

struct TlsContext {
    std::unique_ptr<ssl_ctx_st, FreeTlsContext> handle;
    bool verified = true;
    std::string warning;  ///< why it is not verified; only with Tls::fallback
};

/// Reads the files. TLS 1.2 at least; a key that needs a passphrase is refused, nobody is asked for
/// one. Errors: io, invalid; with `fallback` none, but then nothing is verified and no certificate
/// is presented.
Expected<TlsContext> make_tls_context(const Tls& tls);

/// Announces the host name to the server and, if `verified`, demands a certificate for it. Errors:
/// invalid.
Expected<void> expect_host(ssl_st* connection, const std::string& host, bool verified);

/// Why the peer's certificate was refused, in parentheses after a blank; empty when that was not
/// the reason.
std::string verification_failure(const ssl_st* connection);

}  // namespace mco::stomp
