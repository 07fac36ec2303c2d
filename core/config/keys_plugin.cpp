#include "core/config/keys_catalogue.hpp"
#include "core/text/spelling.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace mco::config {

namespace {

using enum Side;
using enum Kind;

// clang-format off
constexpr PluginKey all_keys[] = {
    // connectors, protocol §2.2
    {"@.pool.size", both, integer, "", "how many brokers are configured"},
    {"@.pool.#.host", both, text, "", "the broker's host"},
    {"@.pool.#.port", both, integer, "61613", "its STOMP port"},
    {"@.pool.#.user", both, text, "", "the user to log in as"},
    {"@.pool.#.password", both, text, "", "that user's password", true},
    {"@.pool.#.ssl", both, boolean, "0", "use TLS"},
    {"@.pool.#.ssl.ca", both, text, "", "PEM files of the authorities to trust, separated by commas"},
    {"@.pool.#.ssl.cert", both, text, "", "our certificate, PEM"},
    {"@.pool.#.ssl.key", both, text, "", "its private key, PEM"},
    {"@.pool.#.ssl.ciphers", both, text, "", "OpenSSL's list of ciphers to allow"},
    {"@.pool.#.ssl.fallback", both, boolean, "0", "use TLS without any check when certificates are missing (dangerous)"},
    {"@.initial_reconnect_delay", both, real, "0.01", "seconds before the first new attempt"},
    {"@.max_reconnect_delay", both, real, "30", "seconds between attempts at most"},
    {"@.use_exponential_back_off", both, boolean, "1", "make the delays longer from attempt to attempt"},
    {"@.back_off_multiplier", both, integer, "2", "by which factor"},
    {"@.max_reconnect_attempts", both, integer, "0", "give up after so many attempts; 0 never"},
    {"@.randomize", both, boolean, "0", "try the brokers in random order"},
    {"@.backup", both, boolean, "0", "accepted, without effect"},
    {"@.timeout", both, integer, "-1", "accepted, without effect"},
    {"@.connect_timeout", both, integer, "30", "seconds for connecting, TLS included"},
    {"@.heartbeat_interval", both, integer, "0", "seconds between heart-beats, at least 30; 0 for none"},
    {"@.stomp_1_0_fallback", both, boolean, "1", "go on with STOMP 1.0, without heart-beats, when the broker knows nothing newer"},
    {"@.max_hbread_fails", both, integer, "2", "reconnect after so many missing heart-beats; 0 never"},
    {"@.max_hbrlck_fails", both, integer, "0", "accepted, without effect"},
    {"@.vhost", both, text, "", "the virtual host"},
    {"@.base64", both, boolean, "0", "encode bodies in base64"},
    {"@.agents_multiplex", both, boolean, "0", "one destination for all agents"},
    {"@.prompt_user", client, boolean, "0", "ask for the user on the terminal"},
    {"@.prompt_password", client, boolean, "0", "ask for the password on the terminal"},
    {"activemq.priority", both, integer, "0", "JMS priority of messages, 1 to 9; 0 for none"},
    {"rabbitmq.use_reply_exchange", both, boolean, "0", "replies through an exchange of their own"},

    // security providers, protocol §4 and design §5
    {"x509.certificate", both, text, "", "our certificate, PEM, with intermediates; that of Puppet when unset"},
    {"x509.private_key", both, text, "", "its private key, PEM"},
    {"x509.ca", both, text, "", "the authorities that issue callers and nodes, PEM"},
    {"x509.crl", both, text, "", "their revocation lists, PEM"},
    {"x509.known_certificates", client, text, "", "the file that remembers certificates of nodes; 0 for none"},
    {"x509.callers", server, text, ".+\\.mcollective", "patterns of the certificate names that may send requests"},
    {"x509.caller_extension", server, text, "", "NAME=VALUE: who has this extension in the certificate may send requests too"},
    {"x509.clock_skew", both, integer, "", "seconds that clocks may differ"},
    {"x509.encrypt_replies", server, boolean, "0", "encrypt replies for the caller"},
    {"psk", both, text, "", "the key that everybody shares", true},
    {"psk.callertype", both, text, "uid", "what a caller is named by: uid, gid, user, group or identity"},
    {"ssl_server_public", both, text, "", "the servers' public key"},
    {"ssl_server_private", server, text, "", "the servers' private key"},
    {"ssl_client_public", client, text, "", "the user's public key"},
    {"ssl_client_private", client, text, "", "the user's private key"},
    {"ssl_client_cert_dir", server, text, "", "directory of the users' public keys"},
    {"ssl_serializer", both, text, "", "yaml, or Marshal when unset"},
    {"ssl.enforce_ttl", server, text, "1", "refuse requests whose age is not signed"},
    {"aes.client_private", client, text, "", "the user's private key"},
    {"aes.client_public", client, text, "", "the user's public key or certificate"},
    {"aes.server_private", server, text, "", "the server's private key"},
    {"aes.server_public", server, text, "", "the server's public key or certificate"},
    {"aes.client_cert_dir", server, text, "", "directory of the users' public keys"},
    {"aes.serializer", both, text, "", "yaml, or Marshal when unset"},
    {"aes.send_pubkey", both, text, "", "1 sends our public key along"},
    {"aes.learn_pubkeys", server, boolean, "0", "keep public keys that requests bring along"},
    {"aes.insecure_learning", server, boolean, "0", "also without checking them (dangerous)"},
    {"aes.ca_cert", server, text, "", "the authority that must have issued them, PEM"},
    {"aes.enforce_ttl", server, text, "1", "refuse requests whose age is not protected; only 0 relaxes"},

    // the daemon itself
    {"daemon.workers", server, integer, "16", "actions performed at the same time"},
    {"daemon.queue", server, integer, "256", "actions that may wait; beyond that the node is busy"},
    {"daemon.status_file", server, text, "", "the file that counters and state are written to, as JSON"},
    {"daemon.status_interval", server, integer, "10", "seconds between two times"},
    {"daemon.metrics", server, text, "", "where Prometheus may ask: 127.0.0.1:PORT, [::1]:PORT or the path of a socket"},
    {"daemon.reply_to", server, text, "", "beginnings of further reply destinations, separated by commas"},

    // facts, audit, authorization, the mco program
    {"yaml", server, text, "", "files with facts, YAML or JSON, separated by colons; later ones win"},
    {"json", server, text, "", "files with facts for the json source, separated by colons"},
    {"facter.command", server, text, "facter --json", "the command that prints facts as JSON"},
    {"facter.facterlib", server, text, "", "directories with custom facts, for FACTERLIB"},
    {"facter.puppet", server, boolean, "0", "include the facts that Puppet modules bring"},
    {"facter.timeout", server, integer, "60", "seconds it may run"},
    {"ohai.command", server, text, "ohai", "the command that prints Chef's facts as JSON"},
    {"ohai.timeout", server, integer, "60", "seconds it may run"},
    {"*.activate_agent", server, boolean, "", "whether that agent is active; activate_agents when unset"},
    {"rpcaudit.logfile", server, text, "/var/log/mcollective/audit.log", "the audit trail"},
    {"rpcaudit.max_size", server, integer, "0", "bytes after which a new audit trail is begun; 0 leaves that to others"},
    {"rpcaudit.keep", server, integer, "10", "old audit trails to keep"},
    {"rpcaudit.on_failure", server, text, "continue", "when the audit trail cannot be written: continue with a warning, or refuse the call"},
    {"actionpolicy.allow_unconfigured", server, text, "0", "allow the actions of agents without a policy file"},
    {"actionpolicy.enable_default", server, text, "0", "fall back to the default policy file"},
    {"actionpolicy.default_name", server, text, "default", "its name"},
    {"actionpolicy.explain_denials", server, boolean, "0", "tell callers who are denied which rule decided"},
    {"actionpolicy.filters", server, boolean, "0", "filter.policy decides which facts and data plug-ins the filters of requests may read"},
    {"puppetdb.url", client, text, "", "where PuppetDB is, for discovery: URLs, separated by commas, tried in this order"},
    {"puppetdb.certificate", client, text, "", "our certificate for it, PEM; that of x509 when unset"},
    {"puppetdb.private_key", client, text, "", "its private key, PEM"},
    {"puppetdb.ca", client, text, "", "the authorities that issue PuppetDB's certificate, PEM files separated by commas"},
    {"puppetdb.crl", client, text, "", "their revocation lists, PEM; that of x509 when unset"},
    {"puppetdb.timeout", client, integer, "30", "seconds that a search may take"},
    {"client.known_nodes", client, text, "", "the file that remembers who answered; 0 for none"},
    {"rpc.graph", client, boolean, "", "let ping draw a graph"},
    {"metadata.pluginname", client, text, "", "of generated plug-ins: name"},
    {"metadata.name", client, text, "", "of generated plug-ins: name"},
    {"metadata.description", client, text, "", "of generated plug-ins: description"},
    {"metadata.author", client, text, "", "of generated plug-ins: author"},
    {"metadata.license", client, text, "", "of generated plug-ins: licence"},
    {"metadata.version", client, text, "", "of generated plug-ins: version"},
    {"metadata.url", client, text, "", "of generated plug-ins: home page"},
    {"metadata.timeout", client, integer, "", "of generated plug-ins: seconds an action may take"},
    {"debian_packager.keyname", client, text, "", "the key that signs packages of plug-ins"},

    // agents and other plug-ins
    {"puppet.command", server, text, "puppet agent", "how a Puppet run is started"},
    {"puppet.config", server, text, "", "puppet.conf; Puppet's own when unset"},
    {"puppet.windows_service", server, text, "puppet", "name of the service on Windows"},
    {"puppet.splay", server, boolean, "1", "delay runs at random unless the request says otherwise"},
    {"puppet.splaylimit", server, integer, "30", "seconds of that delay at most"},
    {"puppet.signal_daemon", server, boolean, "1", "wake a running agent instead of starting another"},
    {"puppet.allow_server_override", server, boolean, "0", "let requests choose the Puppet server"},
    {"daemon.accepted", server, text, "/var/lib/mcollective/accepted-IDENTITY", "the file that remembers accepted requests across restarts; 0 for none"},
    {"puppet.runs", server, text, "/var/lib/mcollective/puppet-runs", "the directory in which the runs that were started are noted"},
    {"puppet.paths_cache", server, text, "/var/cache/mcollective/puppet-paths.json", "the file that remembers where Puppet keeps its files; 0 for none"},
    {"puppet.resource_allow_managed_resources", server, boolean, "0", "let the resource action touch what Puppet manages"},
    {"puppet.resource_type_whitelist", server, text, "", "types that action may touch; none for none"},
    {"puppet.resource_type_blacklist", server, text, "", "types it must not touch"},
    {"puppet.resource_name_whitelist.*", server, text, "", "names of that type it may touch"},
    {"puppet.resource_name_blacklist.*", server, text, "", "names of that type it must not touch"},
    {"puppetral.native", server, boolean, "1", "read users, groups, hosts, packages and services without Ruby where that says the same"},
    {"puppetral.ruby", server, text, "", "the Ruby that has Puppet; found by Puppet's program when unset"},
    {"puppetral.path", server, text, "/opt/puppetlabs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "the PATH of Puppet's providers"},
    {"puppetral.directory", server, text, "/var/lib/mcollective/puppetral", "the directory that the Ruby process has for itself"},
    {"puppetral.idle", server, integer, "300", "seconds without a question after which the Ruby process ends"},
    {"puppetral.write_limit", server, integer, "600", "seconds that a change may go on when its caller waits no more"},
    {"puppetral.apply", server, text, "noop", "what the action apply may do: noop, yes or no"},
    {"puppetral.show_secrets", server, boolean, "0", "tell passwords and what Puppet marks as sensitive"},
    {"puppetral.show_content", server, boolean, "0", "tell the content of files"},
    {"puppetral.resource_allow_managed_resources", server, boolean, "0", "let requests change what Puppet manages"},
    {"puppetral.resource_type_whitelist", server, text, "", "types that requests may change; none for none"},
    {"puppetral.resource_type_blacklist", server, text, "", "types they must not change"},
    {"puppetral.resource_name_whitelist.*", server, text, "", "names of that type they may change"},
    {"puppetral.resource_name_blacklist.*", server, text, "", "names of that type they must not change"},
    {"package.provider", server, text, "puppet", "who manages packages"},
    {"package.native", server, boolean, "1", "apt and dpkg without Puppet, where they are"},
    {"package.lock_timeout", server, integer, "60", "seconds to wait for a lock that somebody else holds"},
    {"package.yum_clean_mode", server, text, "all", "what yum_clean removes unless the request says"},
    {"package.*.*", server, text, "", "a setting of that package provider"},
    {"service.provider", server, text, "puppet", "who manages services: puppet or service"},
    {"service.service.servicecmd", server, text, "/sbin/service", "the service command"},
    {"service.*.*", server, text, "", "a setting of that service provider, such as hasstatus of puppet"},
    {"nrpe.conf_dir", server, text, "/etc/nagios/nrpe.d", "directory of check definitions"},
    {"nrpe.conf_file", server, text, "", "one file there"},
    {"nrpe.conf_path", server, text, "", "directories of check definitions, separated by colons"},
    {"filemgr.touch_file", server, text, "/var/run/mcollective.plugin.filemgr.touch", "the file when a request names none"},
    {"process.fields", client, text, "", "columns of the process list"},
    {"shell.state_path", server, text, "/var/run/mcollective-shell", "where jobs are kept"},
    {"shell.state_directory", server, text, "", "where jobs are kept"},
    {"puppetca.puppetca", server, text, "", "the command that manages certificates"},
    {"puppetca.cadir", server, text, "", "the authority's directory"},
    {"iptables.iptables", server, text, "/sbin/iptables", "the command for IPv4"},
    {"iptables.ip6tables", server, text, "/sbin/ip6tables", "the command for IPv6"},
    {"iptables.logger", server, text, "/usr/bin/logger", "the command that logs"},
    {"iptables.chain", server, text, "junk_filter", "the chain to change"},
    {"iptables.target", server, text, "DROP", "what happens to blocked packets"},
    {"registration.directory", server, text, "/var/tmp/mcollective", "where received registrations are written"},
    {"registration.mongohost", both, text, "localhost", "MongoDB's host"},
    {"registration.mongodb", both, text, "puppet", "its database"},
    {"registration.collection", both, text, "nodes", "its collection"},
    {"registration.extra_yaml_dir", server, text, "", "directory of additions to a registration"},
    {"registration.criticalage", both, integer, "3600", "seconds after which a node is left out"},
    {"centralrpclog.collective", server, text, "", "where requests are reported to"},
    {"centralrpclog.logfile", server, text, "/var/log/mcollective-rpcaudit.log", "where reported requests are written"},
    {"centralrpclog.mongohost", server, text, "localhost", "MongoDB's host"},
    {"centralrpclog.mongodb", server, text, "mcollective", "its database"},
    {"centralrpclog.collection", server, text, "rpclog", "its collection"},
    {"logstash.logfile", server, text, "/var/log/mcollective-audit.log", "the audit trail as JSON"},
};

// clang-format on

/// The text up to the next dot, which is taken off `rest` with it.
std::string_view take_segment(std::string_view& rest) {
    const auto dot = rest.find('.');
    const auto segment = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    return segment;
}

bool is_number(std::string_view segment) {
    return !segment.empty() && segment.find_first_not_of("0123456789") == std::string_view::npos;
}

bool fits(std::string_view segment, std::string_view pattern) {
    if (pattern == "*")
        return !segment.empty();
    if (pattern == "#")
        return is_number(segment);
    if (pattern == "@")
        return segment == "activemq" || segment == "rabbitmq";
    return segment == pattern;
}

std::size_t dots(std::string_view name) {
    return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.'));
}

bool key_fits(std::string_view name, std::string_view pattern) {
    if (dots(name) != dots(pattern))
        return false;
    while (!pattern.empty()) {
        if (!fits(take_segment(name), take_segment(pattern)))
            return false;
    }
    return true;
}

/// The first number in the text, or 1.
std::string_view number_in(std::string_view text) {
    constexpr std::string_view digits = "0123456789";
    const auto begin = text.find_first_of(digits);
    if (begin == std::string_view::npos)
        return "1";
    return text.substr(begin, text.find_first_not_of(digits, begin) - begin);
}

/// The pattern as a real key: wildcards become what `name` has in their place.
std::string spelt_like(std::string_view pattern, std::string_view name) {
    const auto number = number_in(name);
    std::string key;
    const auto segments = dots(pattern);
    for (std::size_t i = 0; i <= segments; ++i) {
        const auto wanted = take_segment(pattern);
        const auto given = take_segment(name);
        if (i > 0)
            key += '.';
        if (wanted == "#")
            key += is_number(given) ? given : number;
        else if (wanted == "@")
            key += text::edit_distance(given, "rabbitmq", 2) <= 2 ? "rabbitmq" : "activemq";
        else
            key += wanted == "*" ? given : wanted;
    }
    return key;
}

/// `pool.1.hostname` for `pool.1.host`: a member that begins as another one.
std::optional<std::string> longer_or_shorter_member(std::string_view name,
                                                    const std::vector<std::string>& names) {
    const auto last = name.rfind('.');
    constexpr std::size_t telling = 3;
    if (name.find(".pool.") == std::string_view::npos || name.size() - last <= telling)
        return std::nullopt;
    for (const auto& known : names)
        if (known.size() > last + telling &&
            (std::string_view(known).starts_with(name) || name.starts_with(known)))
            return known;
    return std::nullopt;
}

/// What plug-ins of the original read that are not part of this project.
constexpr std::string_view foreign_plugins[] = {"metadata.",
                                                "debian_packager.",
                                                "nrpe.",
                                                "filemgr.",
                                                "process.",
                                                "shell.",
                                                "puppetca.",
                                                "iptables.",
                                                "registration.",
                                                "centralrpclog.",
                                                "logstash."};

constexpr std::string_view meaningless[] = {"@.backup",
                                            "@.timeout",
                                            "@.max_hbrlck_fails",
                                            "puppet.windows_service"};

}  // namespace

std::span<const PluginKey> plugin_keys() {
    return all_keys;
}

const PluginKey* find_plugin_key(std::string_view name) {
    const PluginKey* found = nullptr;
    for (const auto& key : plugin_keys()) {
        const bool more_specific =
            found == nullptr || key.pattern.find('*') == std::string_view::npos;
        if (more_specific && key_fits(name, key.pattern))
            found = &key;
    }
    return found;
}

std::string plugin_or_default(const Config& config, std::string_view name) {
    const auto* known = find_plugin_key(name);
    return config.plugin_string(name, known == nullptr ? "" : known->default_value);
}

bool has_effect(std::string_view name) {
    const auto* key = find_plugin_key(name);
    if (key == nullptr)
        return true;
    return std::none_of(std::begin(foreign_plugins),
                        std::end(foreign_plugins),
                        [name](std::string_view plugin) { return name.starts_with(plugin); }) &&
           std::find(std::begin(meaningless), std::end(meaningless), key->pattern) ==
               std::end(meaningless);
}

bool is_secret(std::string_view name) {
    if (const auto* key = find_plugin_key(name))
        return key->secret;
    static constexpr std::array<std::string_view, 5> telling = {
        "password", "passwd", "secret", "token", "psk"};
    const auto last = name.substr(name.rfind('.') + 1);
    return std::any_of(telling.begin(), telling.end(), [last](std::string_view word) {
        return last.find(word) != std::string_view::npos;
    });
}

std::optional<std::string> suggest_plugin_key(std::string_view name) {
    if (find_plugin_key(name) != nullptr)
        return std::nullopt;
    std::vector<std::string> names;
    for (const auto& key : plugin_keys()) {
        // A dot may be missing or too many, but then nothing can stand for itself.
        if (dots(key.pattern) == dots(name) || key.pattern.find('*') == std::string_view::npos)
            names.push_back(spelt_like(key.pattern, name));
    }
    const auto near = text::nearest(name, names, text::plausible_edits(name.size()));
    return near ? near : longer_or_shorter_member(name, names);
}

}  // namespace mco::config
