// Everything that can be set, on the command line and in the configuration file alike.
#pragma once

#include "broker/session.hpp"
#include "broker/tls.hpp"
#include "core/error.hpp"
#include "system/log.hpp"
#include "transport/metrics/address.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::broker {

struct Endpoint {
    std::string host;  ///< name or address, without brackets
    std::string port;  ///< 0: the kernel chooses
    bool tls = false;
    bool operator==(const Endpoint&) const = default;
};

/// What decides about a peer's rights.
enum class RightsSource {
    users,        ///< the users file
    certificate,  ///< the verified certificate, where no line of a users file names it
    nothing,      ///< everybody may do everything
};

struct Settings {
    std::vector<Endpoint> endpoints;  ///< `listen`, by default 127.0.0.1:61613, and `tls-listen`
    TlsSettings tls;                  ///< `cert`, `key`, `ca`, `crl`, `client-certs`
    std::string users;                ///< path; empty: none
    RightsSource rights = RightsSource::nothing;             ///< `rights`
    std::vector<std::string> callers{R"(.+\.mcollective)"};  ///< regular expressions
    /// How often changed files are looked for; 0: never.
    std::chrono::milliseconds refresh{500};
    std::string status_file;  ///< path; empty: none
    std::chrono::milliseconds status_interval{10'000};
    std::optional<metrics::Address> metrics;  ///< where figures are told
    std::string port_file;                    ///< path; empty: none
    std::string pid_file;                     ///< path; empty: none
    std::size_t max_connections = 20'000;
    std::size_t max_memory = 1U << 30U;  ///< bytes held for all peers together
    SessionLimits session;
    system::Level log_level = system::Level::info;
};

/// `HOST:PORT` or `[ADDRESS]:PORT`. Errors: invalid.
Expected<Endpoint> parse_endpoint(std::string_view text, bool tls);

/// One setting as it was written, and where, for messages.
struct RawSetting {
    std::string key;
    std::string value;
    std::string origin;
    bool operator==(const RawSetting&) const = default;
};

/// Every key there is.
std::vector<std::string_view> setting_names();

/// The lines `KEY = VALUE` of a configuration file. Errors: invalid, as FILE:LINE: ….
Expected<std::vector<RawSetting>> parse_settings_file(std::string_view text,
                                                      const std::string& file);

/// Later ones win, but endpoints add up. Without `rights` the users file decides if there is one,
/// else client certificates if they are asked for. Errors: invalid (an unknown key or a bad value,
/// naming its origin, or settings that do not go together); denied (the network could do
/// everything).
Expected<Settings> make_settings(const std::vector<RawSetting>& raw);

}  // namespace mco::broker
