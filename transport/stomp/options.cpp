#include "transport/stomp/options.hpp"

namespace mco::stomp {

namespace {

using config::Config;

constexpr long most_servers = 1000;

/// The settings below `plugin.<connector>.`, with range checks that say where a value came from.
class Reader {
  public:
    Reader(const Config& config, std::string prefix)
        : config_(config), prefix_(std::move(prefix)) {}

    Reader below(const std::string& entry) const { return {config_, prefix_ + entry + "."}; }

    Expected<bool> boolean(const std::string& key, bool fallback) const {
        return config_.plugin_bool(prefix_ + key, fallback);
    }

    std::string text(const std::string& key, std::string_view fallback = "") const {
        return config_.plugin_string(prefix_ + key, fallback);
    }

    Expected<long> integer(const std::string& key, long fallback, long least, long most) const {
        MCO_TRY(value, config_.plugin_int(prefix_ + key, fallback));
        if (value < least || value > most)
            return fail(Errc::invalid,
                        where(key) + " must be between " + std::to_string(least) + " and " +
                            std::to_string(most));
        return value;
    }

    Expected<std::chrono::milliseconds> seconds(const std::string& key, double fallback) const {
        MCO_TRY(value, config_.plugin_float(prefix_ + key, fallback));
        constexpr double a_day = 86'400;
        if (value < 0 || value > a_day)
            return fail(Errc::invalid, where(key) + " must be between 0 and 86400 seconds");
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::duration<double>(value));
    }

    Expected<std::string> required(const std::string& key) const {
        std::string value = text(key);
        if (value.empty())
            return fail(Errc::not_found, full(key) + " is not set");
        return value;
    }

    /// The setting's name after the place it was set in.
    std::string where(const std::string& key) const {
        const auto found = config_.plugin.find(prefix_ + key);
        return (found == config_.plugin.end() ? "" : found->second.origin + ": ") + full(key);
    }

    std::string full(const std::string& key) const { return "plugin." + prefix_ + key; }

  private:
    const Config& config_;
    std::string prefix_;
};

std::vector<std::string> comma_separated(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        const std::size_t first = text.find_first_not_of(" \t", start);
        if (first < end)
            parts.push_back(text.substr(first, text.find_last_not_of(" \t", end - 1) - first + 1));
        start = end + 1;
    }
    return parts;
}

Expected<Tls> read_tls(const Reader& ssl) {
    Tls tls;
    tls.ca = comma_separated(ssl.text("ca"));
    tls.certificate = ssl.text("cert");
    tls.key = ssl.text("key");
    tls.ciphers = ssl.text("ciphers");
    MCO_TRY(fallback, ssl.boolean("fallback", false));
    tls.fallback = fallback;
    if (!fallback && tls.ca.empty())
        return fail(Errc::not_found,
                    ssl.full("ca") +
                        " is not set: without it the broker's certificate cannot be "
                        "verified");
    if (!fallback && tls.certificate.empty() != tls.key.empty())
        return fail(Errc::invalid, ssl.full("cert") + " and " + ssl.full("key") + " go together");
    return tls;
}

Expected<Server> read_server(const Reader& entry) {
    Server server;
    MCO_TRY(host, entry.required("host"));
    MCO_TRY(port, entry.integer("port", 61613, 1, 65535));
    MCO_TRY(ssl, entry.boolean("ssl", false));
    server.host = std::move(host);
    server.port = static_cast<std::uint16_t>(port);
    server.user = entry.text("user");
    server.password = entry.text("password");
    if (ssl) {
        MCO_TRY(tls, read_tls(entry.below("ssl")));
        server.tls = std::move(tls);
    }
    return server;
}

Expected<std::vector<Server>> read_pool(const Reader& reader) {
    MCO_CHECK(reader.required("pool.size"));
    MCO_TRY(size, reader.integer("pool.size", 0, 1, most_servers));
    std::vector<Server> pool;
    for (long i = 1; i <= size; ++i) {
        MCO_TRY(server, read_server(reader.below("pool." + std::to_string(i))));
        pool.push_back(std::move(server));
    }
    return pool;
}

Expected<BackoffSettings> read_backoff(const Reader& reader) {
    BackoffSettings settings;
    MCO_TRY(initial, reader.seconds("initial_reconnect_delay", 0.01));
    MCO_TRY(maximum, reader.seconds("max_reconnect_delay", 30));
    MCO_TRY(exponential, reader.boolean("use_exponential_back_off", true));
    MCO_TRY(multiplier, reader.integer("back_off_multiplier", 2, 1, 1000));
    settings.initial = initial;
    settings.maximum = maximum;
    settings.exponential = exponential;
    settings.multiplier = static_cast<double>(multiplier);
    return settings;
}

/// Intervals below 30 s are raised to that, as the original does.
Expected<std::chrono::milliseconds> read_heart_beat(const Reader& reader) {
    MCO_TRY(interval, reader.integer("heartbeat_interval", 0, 0, 86'400));
    if (interval > 0 && interval < 30)
        interval = 30;
    return std::chrono::milliseconds(std::chrono::seconds(interval));
}

Expected<Naming> read_naming(const Config& config, const Reader& reader, Flavour flavour) {
    Naming naming;
    naming.flavour = flavour;
    naming.identity = config.identity;
    MCO_TRY(multiplex, reader.boolean("agents_multiplex", false));
    naming.agents_multiplex = multiplex;
    if (flavour == Flavour::activemq) {
        MCO_TRY(priority, reader.integer("priority", 0, 0, 9));
        naming.priority = static_cast<int>(priority);
        return naming;
    }
    MCO_TRY(use_reply_exchange, reader.boolean("use_reply_exchange", false));
    naming.use_reply_exchange = use_reply_exchange;
    if (config.securityprovider == "x509" && !use_reply_exchange)
        return fail(Errc::invalid,
                    "with securityprovider x509 the reply address is signed, and RabbitMQ rewrites "
                    "the address of its temporary queues: set " +
                        reader.full("use_reply_exchange") +
                        " = 1 and declare the direct exchange mcollective_reply");
    return naming;
}

Expected<SessionOptions> read_session(const Config& config, const Reader& reader, Flavour flavour) {
    SessionOptions session;
    MCO_TRY(naming, read_naming(config, reader, flavour));
    MCO_TRY(base64, reader.boolean("base64", false));
    MCO_TRY(heart_beat, read_heart_beat(reader));
    MCO_TRY(fallback, reader.boolean("stomp_1_0_fallback", true));
    MCO_TRY(missed_beats, reader.integer("max_hbread_fails", 2, 0, 1000));
    session.naming = std::move(naming);
    session.virtual_host = reader.text("vhost", flavour == Flavour::activemq ? "mcollective" : "/");
    session.base64 = base64;
    session.heart_beat = heart_beat;
    session.stomp_1_0_fallback = fallback;
    session.missed_beats = static_cast<int>(missed_beats);
    return session;
}

Expected<std::chrono::milliseconds> read_connect_timeout(const Reader& reader) {
    MCO_TRY(timeout, reader.seconds("connect_timeout", 30));
    if (timeout.count() == 0)
        return fail(Errc::invalid, reader.where("connect_timeout") + " must not be 0");
    return timeout;
}

/// Settings without effect are still checked, so that a mistyped value does not go unnoticed.
Expected<void> check_unused(const Reader& reader) {
    constexpr long any = 1'000'000;
    MCO_CHECK(reader.boolean("backup", false));
    MCO_CHECK(reader.integer("timeout", -1, -any, any));
    MCO_CHECK(reader.integer("max_hbrlck_fails", 0, 0, any));
    return {};
}

bool any_without(const std::vector<Server>& pool, std::string Server::*credential) {
    for (const auto& server : pool)
        if ((server.*credential).empty())
            return true;
    return false;
}

}  // namespace

std::string_view name(Flavour flavour) {
    return flavour == Flavour::activemq ? "activemq" : "rabbitmq";
}

Expected<Options> parse_options(const Config& config, Flavour flavour, long pid) {
    const Reader reader(config, std::string(name(flavour)) + ".");
    MCO_TRY(session, read_session(config, reader, flavour));
    MCO_TRY(pool, read_pool(reader));
    MCO_TRY(backoff, read_backoff(reader));
    MCO_TRY(attempts, reader.integer("max_reconnect_attempts", 0, 0, 1'000'000));
    MCO_TRY(randomize, reader.boolean("randomize", false));
    MCO_TRY(connect_timeout, read_connect_timeout(reader));
    MCO_TRY(prompt_user, reader.boolean("prompt_user", false));
    MCO_TRY(prompt_password, reader.boolean("prompt_password", false));
    MCO_CHECK(check_unused(reader));
    Options options;
    options.session = std::move(session);
    options.session.naming.pid = pid;
    options.prompt_user = prompt_user && any_without(pool, &Server::user);
    options.prompt_password = prompt_password && any_without(pool, &Server::password);
    options.pool = std::move(pool);
    options.backoff = backoff;
    options.max_attempts = attempts;
    options.randomize = randomize;
    options.connect_timeout = connect_timeout;
    return options;
}

}  // namespace mco::stomp
