// Certificates of the broker and what it asks of its clients' certificates.
#pragma once

#include "core/error.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace mco::broker {

/// Whether TLS clients present a certificate that the CA issued.
enum class ClientCertificates { none, optional, required };

/// `none`, `optional`, `required`.
std::optional<ClientCertificates> parse_client_certificates(std::string_view text);

/// Paths of PEM files.
struct TlsSettings {
    std::string certificate;  ///< ours, followed by its intermediates
    std::string key;
    std::string ca;   ///< who issued the clients' certificates
    std::string crl;  ///< empty: revocation is not checked
    ClientCertificates clients = ClientCertificates::none;
};

/// Connections keep the context they began with while the files are read anew: the second owner.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// Reads all files. TLS 1.2 and newer only. Errors: invalid, naming the file.
Expected<TlsContext> make_tls_context(const TlsSettings& settings);

/// The common name of the peer's verified certificate; empty when it has none, or not exactly one.
std::string verified_common_name(const ssl_st* connection);

/// Whether a peer that was let in earlier would be let in by `context` now. Errors: denied, with
/// the reason.
Expected<void> check_peer_again(const ssl_st* connection, const TlsContext& context);

/// The oldest errors of OpenSSL's queue as one text, which empties it.
std::string take_tls_errors();

}  // namespace mco::broker
