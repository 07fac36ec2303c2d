#include "client/sources/puppetdb_settings.hpp"

#include "core/config/literals.hpp"
#include "system/credentials/credentials.hpp"
#include "system/credentials/key_files.hpp"
#include "system/credentials/x509_files.hpp"

#include <algorithm>
#include <string_view>

namespace mco::client {

namespace {

constexpr HttpPorts usual_ports{.plain = 8080, .tls = 8081};
constexpr long usual_timeout = 30;  // seconds

/// What stands between commas.
std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (const auto part = config::trimmed(list.substr(0, comma)); !part.empty())
            parts.emplace_back(part);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
}

Expected<std::vector<HttpServer>> read_servers(const config::Config& config) {
    std::vector<HttpServer> servers;
    for (const auto& url : split(config.plugin_string("puppetdb.url", ""))) {
        auto server = parse_http_url(url, usual_ports);
        if (!server)
            return fail(Errc::invalid, "plugin.puppetdb.url: " + server.error().message);
        servers.push_back(*std::move(server));
    }
    if (servers.empty())
        return fail(Errc::not_found,
                    "the discovery method puppetdb needs plugin.puppetdb.url in the "
                    "configuration, such as https://puppetdb.example.net:8081");
    return servers;
}

/// Who may issue PuppetDB's certificate, and who has revoked it.
void trust(const credentials::X509Files& files, stomp::Tls& tls) {
    tls.ca = {files.ca};
    if (tls.crl.empty() && (files.crl_required || system::stamp(files.crl)))
        tls.crl = files.crl;
}

/// Our certificate and its key, by settings of our own or of the security provider x509.
Expected<stomp::Tls> read_tls(const config::Config& config,
                              const std::optional<std::string>& home) {
    stomp::Tls tls;
    tls.certificate = config.plugin_string("puppetdb.certificate", "");
    tls.key = config.plugin_string("puppetdb.private_key", "");
    tls.ca = split(config.plugin_string("puppetdb.ca", ""));
    tls.crl = config.plugin_string("puppetdb.crl", "");
    if (tls.certificate.empty() != tls.key.empty())
        return fail(Errc::invalid,
                    "plugin.puppetdb.certificate and plugin.puppetdb.private_key go together");
    const bool own_key = !tls.key.empty();
    if (!own_key || tls.ca.empty()) {
        const auto files = credentials::find_x509_files(
            config, credentials::Role::client, credentials::this_process(home));
        if (!files)
            return fail(
                files.error().code,
                files.error().message + ", or plugin.puppetdb.certificate, private_key and ca");
        if (!own_key) {
            tls.certificate = files->certificate;
            tls.key = files->private_key;
        }
        if (tls.ca.empty())
            trust(*files, tls);
    }
    MCO_CHECK(credentials::check_private(
        {own_key ? "puppetdb.private_key" : "x509.private_key", tls.key}));
    return tls;
}

}  // namespace

Expected<PuppetDbSettings> read_puppetdb_settings(const config::Config& config,
                                                  const std::optional<std::string>& home) {
    PuppetDbSettings settings;
    MCO_TRY(servers, read_servers(config));
    settings.servers = std::move(servers);
    MCO_TRY(timeout, config.plugin_int("puppetdb.timeout", usual_timeout));
    if (timeout < 1)
        return fail(Errc::invalid, "plugin.puppetdb.timeout has to be at least 1 second");
    settings.timeout = std::chrono::seconds(timeout);
    const bool any_tls = std::any_of(settings.servers.begin(),
                                     settings.servers.end(),
                                     [](const HttpServer& server) { return server.tls; });
    if (any_tls) {
        MCO_TRY(tls, read_tls(config, home));
        settings.tls = std::move(tls);
    }
    return settings;
}

}  // namespace mco::client
