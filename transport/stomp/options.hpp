// The connector's settings, `plugin.activemq.*` or `plugin.rabbitmq.*` (protocol §2.2), checked and
// typed.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/wire/frame_parser.hpp"
#include "transport/stomp/backoff.hpp"
#include "transport/stomp/destinations.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mco::stomp {

/// `ca` alone verifies the broker and presents no certificate, which the original could not do.
struct Tls {
    std::vector<std::string> ca;  ///< PEM files to trust
    std::string certificate;      ///< ours, PEM, with intermediates; empty: none is presented
    std::string key;              ///< PEM, RSA or EC, without a passphrase
    std::string ciphers;          ///< OpenSSL's list; empty: the library's default
    std::string crl{};            ///< PEM, a list of every issuer in the chain; empty: not checked
    bool fallback = false;        ///< without usable files go on unverified (dangerous)
};

struct Server {
    std::string host;
    std::uint16_t port = 61613;
    std::string user;
    std::string password;
    std::optional<Tls> tls;

    std::string address() const { return host + ":" + std::to_string(port); }  ///< for the log
};

/// What the protocol needs to know; the rest of Options is for the connection.
struct SessionOptions {
    Naming naming;
    std::string virtual_host;
    bool base64 = false;
    std::chrono::milliseconds heart_beat{0};  ///< 0: none
    bool stomp_1_0_fallback = true;
    int missed_beats = 2;                  ///< then the connection is given up; 0: never
    wire::Limits limits;                   ///< of what arrives
    std::size_t buffered_messages = 1000;  ///< kept while there is no connection
    std::size_t buffered_bytes = 16u << 20;
};

struct Options {
    SessionOptions session;
    std::vector<Server> pool;
    BackoffSettings backoff;
    long max_attempts = 0;  ///< in a row; 0: for ever
    bool randomize = false;
    std::chrono::milliseconds connect_timeout{30'000};  ///< TCP, TLS and login together
    std::size_t unsent_bytes = 64u
                               << 20;  ///< kept for a broker that takes them slower than we write
    bool prompt_user = false;          ///< some server has no user configured: ask for it
    bool prompt_password = false;
};

/// Reads the settings of one flavour; the environment is already in them
/// (config::apply_environment). No file is touched. Errors: invalid or not_found, naming the
/// setting and where it was set; never with its value if that may be secret.
Expected<Options> parse_options(const config::Config& config, Flavour flavour, long pid);

/// `activemq` or `rabbitmq`: the connector's name and the prefix of its settings.
std::string_view name(Flavour flavour);

}  // namespace mco::stomp
