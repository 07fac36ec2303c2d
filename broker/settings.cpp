#include "broker/settings.hpp"

#include "broker/certificate_rights.hpp"
#include "system/credentials/x509_files.hpp"

#include <algorithm>
#include <charconv>

namespace mco::broker {

namespace {

using std::chrono::milliseconds;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Expected<std::uint64_t> number(std::string_view text, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || value > most)
        return fail(Errc::invalid, "expected a number up to " + std::to_string(most));
    return value;
}

/// Bytes, or with K, M or G the 1024-fold.
Expected<std::size_t> size(std::string_view text) {
    std::uint64_t unit = 1;
    for (const char letter : std::string_view("KMG"))
        if (const std::size_t at = std::string_view("KMG").find(letter); text.ends_with(letter))
            unit = std::uint64_t{1} << (10 * (at + 1));
    if (unit != 1)
        text.remove_suffix(1);
    MCO_TRY(value, number(text, (std::uint64_t{1} << 40U) / unit));
    return value * unit;
}

/// Seconds, with decimals.
Expected<milliseconds> duration(std::string_view text) {
    double seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || stop != text.data() + text.size() || !(seconds >= 0) ||
        seconds > 86400)
        return fail(Errc::invalid, "expected seconds, at most a day");
    return milliseconds(static_cast<milliseconds::rep>(seconds * 1000));
}

Expected<system::Level> level(std::string_view text) {
    constexpr std::array<std::string_view, 5> names = {"debug", "info", "warn", "error", "fatal"};
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        return fail(Errc::invalid, "expected debug, info, warn, error or fatal");
    return static_cast<system::Level>(found - names.begin());
}

// One function per kind of value, so that the table below stays a table.
template <std::string Settings::*Member>
Expected<void> set_text(Settings& settings, std::string_view text) {
    settings.*Member = text;
    return {};
}

template <std::string TlsSettings::*Member>
Expected<void> set_file(Settings& settings, std::string_view text) {
    settings.tls.*Member = text;
    return {};
}

template <std::size_t SessionLimits::*Member>
Expected<void> set_size(Settings& settings, std::string_view text) {
    MCO_TRY(value, size(text));
    settings.session.*Member = value;
    return {};
}

template <milliseconds SessionLimits::*Member>
Expected<void> set_duration(Settings& settings, std::string_view text) {
    MCO_TRY(value, duration(text));
    settings.session.*Member = value;
    return {};
}

template <bool Tls>
Expected<void> add_endpoint(Settings& settings, std::string_view text) {
    if (text == "none")
        return {};
    MCO_TRY(endpoint, parse_endpoint(text, Tls));
    settings.endpoints.push_back(std::move(endpoint));
    return {};
}

Expected<void> set_client_certificates(Settings& settings, std::string_view text) {
    const auto mode = parse_client_certificates(text);
    if (!mode)
        return fail(Errc::invalid, "expected none, optional or required");
    settings.tls.clients = *mode;
    return {};
}

Expected<void> set_max_connections(Settings& settings, std::string_view text) {
    MCO_TRY(value, number(text, 1'000'000));
    settings.max_connections = value;
    return {};
}

Expected<void> set_max_memory(Settings& settings, std::string_view text) {
    MCO_TRY(value, size(text));
    settings.max_memory = value;
    return {};
}

Expected<void> set_account_sessions(Settings& settings, std::string_view text) {
    MCO_TRY(value, number(text, 1'000'000));
    settings.session.max_account_sessions = value;
    return {};
}

template <milliseconds Settings::*Member>
Expected<void> set_interval(Settings& settings, std::string_view text) {
    MCO_TRY(value, duration(text));
    settings.*Member = value;
    return {};
}

Expected<void> set_metrics(Settings& settings, std::string_view text) {
    MCO_TRY(address, metrics::parse_address(text));
    settings.metrics = std::move(address);
    return {};
}

Expected<void> set_rights(Settings& settings, std::string_view text) {
    constexpr std::array<std::string_view, 3> names = {"users", "certificate", "everything"};
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        return fail(Errc::invalid, "expected users, certificate or everything");
    settings.rights = static_cast<RightsSource>(found - names.begin());
    return {};
}

Expected<void> set_callers(Settings& settings, std::string_view text) {
    settings.callers = credentials::split_patterns(text);
    MCO_CHECK(CertificateRights::create(settings.callers));
    return {};
}

Expected<void> set_log_level(Settings& settings, std::string_view text) {
    MCO_TRY(value, level(text));
    settings.log_level = value;
    return {};
}

struct Key {
    std::string_view name;
    Expected<void> (*set)(Settings&, std::string_view);
};

constexpr std::array<Key, 26> keys = {{
    {"listen", add_endpoint<false>},
    {"tls-listen", add_endpoint<true>},
    {"cert", set_file<&TlsSettings::certificate>},
    {"key", set_file<&TlsSettings::key>},
    {"ca", set_file<&TlsSettings::ca>},
    {"crl", set_file<&TlsSettings::crl>},
    {"client-certs", set_client_certificates},
    {"users", set_text<&Settings::users>},
    {"rights", set_rights},
    {"callers", set_callers},
    {"refresh", set_interval<&Settings::refresh>},
    {"status-file", set_text<&Settings::status_file>},
    {"status-interval", set_interval<&Settings::status_interval>},
    {"metrics", set_metrics},
    {"port-file", set_text<&Settings::port_file>},
    {"pid-file", set_text<&Settings::pid_file>},
    {"max-connections", set_max_connections},
    {"max-account-sessions", set_account_sessions},
    {"max-memory", set_max_memory},
    {"max-frame", set_size<&SessionLimits::max_frame>},
    {"max-queue", set_size<&SessionLimits::max_queue>},
    {"connect-timeout", set_duration<&SessionLimits::connect_timeout>},
    {"min-read-rate", set_size<&SessionLimits::min_read_rate>},
    {"write-timeout", set_duration<&SessionLimits::write_timeout>},
    {"heartbeat", set_duration<&SessionLimits::heartbeat>},
    {"log-level", set_log_level},
}};

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool has_tls(const Settings& settings) {
    return std::any_of(settings.endpoints.begin(),
                       settings.endpoints.end(),
                       [](const Endpoint& endpoint) { return endpoint.tls; });
}

Expected<void> check_tls(const Settings& settings) {
    const TlsSettings& tls = settings.tls;
    if (tls.certificate.empty() || tls.key.empty())
        return fail(Errc::invalid, "tls-listen needs cert and key");
    if (tls.clients != ClientCertificates::none && tls.ca.empty())
        return fail(Errc::invalid, "client-certs needs ca, the file of those who issue them");
    return {};
}

bool was_given(const std::vector<RawSetting>& raw, std::string_view key) {
    return std::any_of(
        raw.begin(), raw.end(), [key](const RawSetting& setting) { return setting.key == key; });
}

bool asks_for_certificates(const Settings& settings) {
    return has_tls(settings) && settings.tls.clients != ClientCertificates::none;
}

RightsSource usual_rights(const Settings& settings) {
    if (!settings.users.empty())
        return RightsSource::users;
    return asks_for_certificates(settings) ? RightsSource::certificate : RightsSource::nothing;
}

Expected<void> check_rights(const Settings& settings) {
    switch (settings.rights) {
        case RightsSource::users:
            if (settings.users.empty())
                return fail(Errc::invalid, "rights = users needs a users file");
            return {};
        case RightsSource::certificate:
            if (!asks_for_certificates(settings))
                return fail(Errc::invalid,
                            "rights = certificate needs tls-listen, and client-certs optional or "
                            "required");
            return {};
        case RightsSource::nothing:
            if (!settings.users.empty())
                return fail(Errc::invalid, "rights = everything and a users file contradict");
    }
    return {};
}

/// Where nobody could log in, listening is a mistake.
Expected<void> check_plain(const Settings& settings) {
    if (settings.rights != RightsSource::certificate || !settings.users.empty())
        return {};
    for (const Endpoint& endpoint : settings.endpoints)
        if (!endpoint.tls)
            return fail(Errc::invalid,
                        "listen = " + endpoint.host + ":" + endpoint.port +
                            ": nobody could log in there, because rights = certificate and there "
                            "is no users file");
    return {};
}

/// Nobody shall open a broker to the network that lets everybody in.
Expected<void> check_access(const Settings& settings) {
    if (settings.rights != RightsSource::nothing)
        return {};
    for (const Endpoint& endpoint : settings.endpoints) {
        const bool certified = endpoint.tls && settings.tls.clients == ClientCertificates::required;
        if (!certified && !is_loopback(endpoint.host))
            return fail(Errc::denied,
                        "listening on " + endpoint.host +
                            " would let everybody in: give a users file, or TLS with client-certs "
                            "required");
    }
    return {};
}

}  // namespace

std::vector<std::string_view> setting_names() {
    std::vector<std::string_view> names;
    for (const Key& key : keys)
        names.push_back(key.name);
    return names;
}

Expected<Endpoint> parse_endpoint(std::string_view text, bool tls) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return fail(Errc::invalid, "expected HOST:PORT");
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return fail(Errc::invalid, "an IPv6 address stands in brackets: [ADDRESS]:PORT");
    MCO_TRY(port, number(text.substr(colon + 1), 65535));
    return Endpoint{std::string(host), std::to_string(port), tls};
}

Expected<std::vector<RawSetting>> parse_settings_file(std::string_view text,
                                                      const std::string& file) {
    std::vector<RawSetting> result;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view content = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (content.empty() || content.starts_with('#'))
            continue;
        const std::string origin = file + ":" + std::to_string(line);
        const std::size_t equals = content.find('=');
        if (equals == std::string_view::npos)
            return fail(Errc::invalid, origin + ": expected KEY = VALUE");
        result.push_back({std::string(trimmed(content.substr(0, equals))),
                          std::string(trimmed(content.substr(equals + 1))),
                          origin});
    }
    return result;
}

Expected<Settings> make_settings(const std::vector<RawSetting>& raw) {
    Settings settings;
    for (const RawSetting& setting : raw) {
        const auto key = std::find_if(
            keys.begin(), keys.end(), [&](const Key& k) { return k.name == setting.key; });
        if (key == keys.end())
            return fail(Errc::invalid, setting.origin + ": there is no setting " + setting.key);
        if (const auto set = key->set(settings, setting.value); !set)
            return fail(set.error().code,
                        setting.origin + ": " + setting.key + " = " + setting.value + ": " +
                            set.error().message);
    }
    if (!was_given(raw, "rights"))
        settings.rights = usual_rights(settings);
    MCO_CHECK(check_rights(settings));
    if (was_given(raw, "callers") && settings.rights != RightsSource::certificate)
        return fail(Errc::invalid, "callers counts only with rights = certificate");
    const bool only_certificates =
        settings.rights == RightsSource::certificate && settings.users.empty();
    if (!was_given(raw, "listen") && !only_certificates)
        settings.endpoints.push_back({"127.0.0.1", "61613", false});
    if (settings.endpoints.empty())
        return fail(Errc::invalid, "neither listen nor tls-listen names an address");
    if (settings.session.max_queue < settings.session.max_frame + settings.session.max_login)
        settings.session.max_queue = settings.session.max_frame + settings.session.max_login;
    settings.max_memory = std::max(settings.max_memory, 2 * settings.session.max_queue);
    if (has_tls(settings))
        MCO_CHECK(check_tls(settings));
    MCO_CHECK(check_plain(settings));
    MCO_CHECK(check_access(settings));
    return settings;
}

}  // namespace mco::broker
