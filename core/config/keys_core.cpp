#include "core/config/keys_catalogue.hpp"
#include "core/text/spelling.hpp"

#include <algorithm>

namespace mco::config {

namespace {

using C = Config;
using enum Side;

// clang-format off
constexpr CoreKey all_keys[] = {
    {"connector", both, Form::lower, &C::connector, "how the message broker is spoken to: activemq or rabbitmq"},
    {"securityprovider", both, Form::lower, &C::securityprovider, "how messages are signed and checked: x509, or psk, ssl, aes_security for migration"},
    {"identity", both, Form::any, &C::identity, "the name of this node; the host name when unset"},
    {"collectives", both, Form::commas, &C::collectives, "the collectives this node belongs to or this client may address"},
    {"main_collective", both, Form::any, &C::main_collective, "the collective used when none is named"},
    {"direct_addressing", both, Form::any, &C::direct_addressing, "send requests to single nodes where that is cheaper than a broadcast"},
    {"direct_addressing_threshold", client, Form::count, &C::direct_addressing_threshold, "up to how many discovered nodes are addressed one by one"},
    {"ttl", both, Form::count, &C::ttl, "seconds for which a message is valid"},
    {"ssl_cipher", both, Form::any, std::monostate{}, "the cipher of the aes_security provider"},
    {"libdir", both, Form::paths, &C::libdir, "directories with plug-ins and DDL files; the last one wins"},
    {"logger_type", both, Form::logger, &C::logger_type, "where the log goes: file, syslog or console"},
    {"logfile", both, Form::any, &C::logfile, "the log file; standard error when unset"},
    {"loglevel", both, Form::level, &C::loglevel, "the least important messages to log: debug, info, warn, error or fatal"},
    {"keeplogs", both, Form::count, &C::keeplogs, "how many log files are kept, the current one included; 0 never rotates"},
    {"max_log_size", both, Form::positive, &C::max_log_size, "bytes after which a new log file is begun"},
    {"logfacility", both, Form::any, &C::logfacility, "the syslog facility"},
    {"color", client, Form::any, &C::color, "use colours on the screen"},
    {"factsource", server, Form::lower, &C::factsource, "where facts come from: yaml, json, facter or ohai, or several separated by commas"},
    {"fact_cache_time", server, Form::count, &C::fact_cache_time, "seconds after which facts are read again"},
    {"classesfile", server, Form::any, &C::classesfile, "the file in which Puppet lists this node's classes"},
    {"registration", server, Form::lower, &C::registration, "what this node reports about itself: agentlist, meta or inventory"},
    {"registerinterval", server, Form::count, &C::registerinterval, "seconds between such reports; 0 sends none"},
    {"registration_collective", server, Form::any, &C::registration_collective, "the collective that receives the reports; the main one when unset"},
    {"registration_splay", server, Form::any, &C::registration_splay, "wait a random part of the interval before the first report"},
    {"rpcaudit", server, Form::any, &C::rpcaudit, "keep an audit trail of requests"},
    {"rpcauditprovider", server, Form::lower, &C::rpcauditprovider, "who writes the audit trail: logfile"},
    {"rpcauthorization", server, Form::any, &C::rpcauthorization, "ask an authorization plug-in before each action"},
    {"rpcauthprovider", server, Form::lower, &C::rpcauthprovider, "the authorization plug-in: action_policy"},
    {"activate_agents", server, Form::any, &C::activate_agents, "whether agents are active unless plugin.NAME.activate_agent says otherwise"},
    {"daemonize", server, Form::any, &C::daemonize, "run in the background"},
    {"soft_shutdown", server, Form::any, &C::soft_shutdown, "let running actions end before stopping"},
    {"soft_shutdown_timeout", server, Form::any, &C::soft_shutdown_timeout, "seconds that running actions get then"},
    {"threaded", client, Form::any, &C::threaded, "accepted for old files: requests are always published while replies are received"},
    {"publish_timeout", client, Form::count, &C::publish_timeout, "seconds that sending the requests may take"},
    {"connection_timeout", client, Form::count, &C::connection_timeout, "seconds that connecting to the broker may take; unlimited when unset"},
    {"discovery_timeout", client, Form::count, &C::discovery_timeout, "seconds that discovery may take; the method's own when unset"},
    {"default_discovery_method", client, Form::any, &C::default_discovery_method, "how nodes are found: mc, flatfile or stdin"},
    {"default_discovery_options", client, Form::repeated, &C::default_discovery_options, "options of that method; one a line"},
    {"default_batch_size", client, Form::count, &C::default_batch_size, "how many nodes get a request at once; 0 for all"},
    {"default_batch_sleep_time", client, Form::count, &C::default_batch_sleep_time, "seconds between two batches"},
    {"rpclimitmethod", client, Form::limiter, &C::rpclimitmethod, "which nodes a limit keeps: first or random"},
    {"topicprefix", both, Form::ignored, std::monostate{}, "of old versions"},
    {"topicsep", both, Form::ignored, std::monostate{}, "of old versions"},
    {"queueprefix", both, Form::ignored, std::monostate{}, "of old versions"},
    {"rpchelptemplate", both, Form::ignored, std::monostate{}, "of old versions"},
    {"helptemplatedir", both, Form::ignored, std::monostate{}, "of old versions"},
};
// clang-format on

}  // namespace

std::span<const CoreKey> core_keys() {
    return all_keys;
}

const CoreKey* find_core_key(std::string_view name) {
    const auto keys = core_keys();
    const auto found = std::find_if(
        keys.begin(), keys.end(), [name](const CoreKey& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

std::optional<std::string> suggest_core_key(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& key : core_keys())
        names.emplace_back(key.name);
    return text::nearest(name, names, text::plausible_edits(name.size()));
}

}  // namespace mco::config
