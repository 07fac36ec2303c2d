#include "system/credentials/legacy_providers.hpp"

#include "core/security/legacy/aes.hpp"
#include "core/security/legacy/key_name.hpp"
#include "core/security/legacy/ssl.hpp"
#include "system/credentials/caller_keys.hpp"
#include "system/credentials/key_files.hpp"

#include <memory>
#include <utility>

namespace mco::credentials {

namespace {

using security::Age;

/// The original compares these settings as text, so nothing else that means no counts (protocol
/// §15.32).
Age age_from(const config::Config& config, std::string_view setting) {
    return config.plugin_string(setting, "") == "0" ? Age::relaxed : Age::enforced;
}

std::unique_ptr<DirectoryKeys> caller_keys(const std::optional<KeyFile>& directory) {
    return directory ? std::make_unique<DirectoryKeys>(directory->path) : nullptr;
}

template <class Provider>
struct Made {
    Expected<std::unique_ptr<Provider>> provider;
    DirectoryKeys* callers;  // owned by the provider; null for a client
};

/// Both are the sender's own: that the others check with another half is likely a mistake.
void warn_of_strangers(Secured& secured,
                       const std::string& private_pem,
                       const KeyFile& private_file,
                       const KeyFile& public_file) {
    const auto public_pem = read_public(public_file);
    if (!public_pem)
        return;
    const auto ours = security::private_key_from_pem(private_pem);
    const auto shown = security::public_key_from_pem(*public_pem);
    if (ours && shown && !security::is_pair(shown->key, *ours))
        secured.warnings.emplace_back("plugin." + public_file.setting + " (" + public_file.path +
                                      ") is not the public half of plugin." + private_file.setting +
                                      " (" + private_file.path + ")");
}

void warn_of_relaxed_age(Secured& secured, Age age, Role role, std::string_view setting) {
    if (age == Age::relaxed && role == Role::node)
        secured.warnings.emplace_back(
            "plugin." + std::string(setting) +
            " = 0: requests are accepted whose age is not proven, and may "
            "be old ones that somebody sends again");
}

/// Looking for the directory once tells of a misspelt setting.
void warn_of_no_directory(Secured& secured, const std::optional<KeyFile>& directory) {
    if (directory && !system::stamp(directory->path))
        secured.warnings.emplace_back("plugin." + directory->setting + ": there is no directory " +
                                      directory->path + ", so nobody may send requests");
}

Expected<std::optional<KeyFile>> caller_directory(const config::Config& config,
                                                  Role role,
                                                  const std::string& setting) {
    if (role == Role::client)
        return std::optional<KeyFile>();
    MCO_TRY(directory, key_file(config, setting));
    return std::optional<KeyFile>(std::move(directory));
}

struct SslFiles {
    KeyFile private_key;
    KeyFile public_key;  ///< its name is ours; nobody needs its content
    std::optional<KeyFile> server_public;
    std::optional<KeyFile> callers;

    std::vector<KeyFile> watched() const {
        return server_public ? std::vector{private_key, *server_public} : std::vector{private_key};
    }
};

Expected<SslFiles> find_ssl_files(const config::Config& config, Role role) {
    SslFiles files;
    MCO_TRY(server, key_file(config, "ssl_server_public"));
    const bool node = role == Role::node;
    MCO_TRY(
        private_key,
        key_file(
            config, node ? "ssl_server_private" : "ssl_client_private", "MCOLLECTIVE_SSL_PRIVATE"));
    files.private_key = std::move(private_key);
    MCO_TRY(callers, caller_directory(config, role, "ssl_client_cert_dir"));
    files.callers = std::move(callers);
    if (node) {
        files.public_key = std::move(server);
        return files;
    }
    MCO_TRY(public_key, key_file(config, "ssl_client_public", "MCOLLECTIVE_SSL_PUBLIC"));
    files.public_key = std::move(public_key);
    files.server_public = std::move(server);
    return files;
}

Expected<security::SslMaterial> read_files(const SslFiles& files) {
    security::SslMaterial material;
    MCO_TRY(private_key, read_private(files.private_key));
    material.private_key = std::move(private_key);
    if (!files.server_public)
        return material;
    MCO_TRY(server, read_public(*files.server_public));
    material.server_public = std::move(server);
    return material;
}

Error with_setting(Error error, const SslFiles& files) {
    error = with_setting(std::move(error), "private_key", files.private_key);
    return files.server_public
               ? with_setting(std::move(error), "server_public", *files.server_public)
               : error;
}

struct AesFiles {
    KeyFile private_key;
    KeyFile public_key;
    std::optional<KeyFile> ca;
    std::optional<KeyFile> callers;

    std::vector<KeyFile> watched() const {
        return ca ? std::vector{private_key, public_key, *ca}
                  : std::vector{private_key, public_key};
    }
};

Expected<AesFiles> find_aes_files(const config::Config& config, Role role) {
    AesFiles files;
    const bool node = role == Role::node;
    MCO_TRY(private_key,
            key_file(config,
                     node ? "aes.server_private" : "aes.client_private",
                     node ? "" : "MCOLLECTIVE_AES_PRIVATE"));
    files.private_key = std::move(private_key);
    MCO_TRY(public_key,
            key_file(config,
                     node ? "aes.server_public" : "aes.client_public",
                     node ? "" : "MCOLLECTIVE_AES_PUBLIC"));
    files.public_key = std::move(public_key);
    MCO_TRY(callers, caller_directory(config, role, "aes.client_cert_dir"));
    files.callers = std::move(callers);
    if (node && config.plugin_setting("aes.ca_cert") != nullptr) {
        MCO_TRY(ca, key_file(config, "aes.ca_cert"));
        files.ca = std::move(ca);
    }
    return files;
}

Expected<security::AesMaterial> read_files(const AesFiles& files) {
    security::AesMaterial material;
    MCO_TRY(private_key, read_private(files.private_key));
    material.private_key = std::move(private_key);
    MCO_TRY(public_key, read_public(files.public_key));
    material.public_key = std::move(public_key);
    if (!files.ca)
        return material;
    MCO_TRY(ca, read_public(*files.ca));
    material.ca = std::move(ca);
    return material;
}

Error with_setting(Error error, const AesFiles& files) {
    if (error.message.starts_with("cipher: "))
        error.message.insert(0, "ssl_");
    error = with_setting(std::move(error), "private_key", files.private_key);
    error = with_setting(std::move(error), "public_key", files.public_key);
    return files.ca ? with_setting(std::move(error), "ca", *files.ca) : error;
}

Expected<security::Learning> learning_from(const config::Config& config) {
    MCO_TRY(learn, config.plugin_bool("aes.learn_pubkeys", false));
    MCO_TRY(insecure, config.plugin_bool("aes.insecure_learning", false));
    if (!learn)
        return security::Learning::off;
    return insecure ? security::Learning::trusting : security::Learning::checked;
}

Expected<security::AesSettings> aes_settings(const config::Config& config,
                                             Role role,
                                             const AesFiles& files) {
    security::AesSettings settings;
    settings.codec = security::codec_named(config.plugin_string("aes.serializer", ""));
    if (const auto cipher = config.core.find("ssl_cipher"); cipher != config.core.end())
        settings.cipher = cipher->second.value;
    settings.age = age_from(config, "aes.enforce_ttl");
    settings.send_public_key = config.plugin_string("aes.send_pubkey", "") == "1";
    settings.public_key_file = files.public_key.path;
    if (role == Role::client)
        return settings;
    MCO_TRY(learning, learning_from(config));
    settings.learning = learning;
    return settings;
}

void warn_of_learning(Secured& secured, security::Learning learning, const AesFiles& files) {
    if (learning == security::Learning::trusting)
        secured.warnings.emplace_back(
            "plugin.aes.insecure_learning: whoever comes first under a new name is believed");
    if (learning == security::Learning::checked && !files.ca)
        secured.warnings.emplace_back(
            "plugin.aes.learn_pubkeys has no effect without plugin.aes.ca_cert");
}

/// Adds the provider and whoever follows its files.
template <class Files, class Provider>
Expected<Secured> complete(Secured secured,
                           const Files& files,
                           KeyWatcher::Stamps seen,
                           Made<Provider> made) {
    if (!made.provider)
        return tl::unexpected(with_setting(std::move(made.provider).error(), files));
    auto& provider = **made.provider;
    secured.watcher = std::make_unique<KeyWatcher>(
        files.watched(),
        std::move(seen),
        [files, &provider]() -> Expected<void> {
            MCO_TRY(material, read_files(files));
            if (auto replaced = provider.replace(material); !replaced)
                return tl::unexpected(with_setting(std::move(replaced).error(), files));
            return {};
        },
        made.callers);
    secured.provider = *std::move(made.provider);
    return secured;
}

}  // namespace

Expected<Secured> make_ssl(const config::Config& config, Role role) {
    MCO_TRY(files, find_ssl_files(config, role));
    auto seen = KeyWatcher::stamps_of(files.watched());
    MCO_TRY(material, read_files(files));
    auto caller = security::caller_id_of_file(files.public_key.path);
    if (!caller)
        return fail(caller.error().code,
                    "plugin." + files.public_key.setting + ": " + caller.error().message);
    security::SslSettings settings{
        security::codec_named(config.plugin_string("ssl_serializer", "")),
        *std::move(caller),
        age_from(config, "ssl.enforce_ttl")};
    Secured secured{"ssl", nullptr, nullptr, nullptr, {}};
    secured.warnings.emplace_back(
        "securityprovider ssl is there for migration only: every node can answer as any other, and "
        "a request that somebody observed can be sent to other nodes. Move on to x509");
    warn_of_relaxed_age(secured, settings.age, role, "ssl.enforce_ttl");
    warn_of_no_directory(secured, files.callers);
    warn_of_strangers(secured, material.private_key, files.private_key, files.public_key);
    auto callers = caller_keys(files.callers);
    auto* const known = callers.get();
    return complete(
        std::move(secured),
        files,
        std::move(seen),
        Made<security::SslProvider>{
            security::SslProvider::make(std::move(settings), material, std::move(callers)), known});
}

Expected<Secured> make_aes(const config::Config& config, Role role) {
    MCO_TRY(files, find_aes_files(config, role));
    auto seen = KeyWatcher::stamps_of(files.watched());
    MCO_TRY(material, read_files(files));
    MCO_TRY(settings, aes_settings(config, role, files));
    Secured secured{"aes_security", nullptr, nullptr, nullptr, {}};
    secured.warnings.emplace_back(
        "securityprovider aes_security is there for migration only: whoever has a caller's public "
        "key and saw one of its requests can forge others. Move on to x509");
    warn_of_relaxed_age(secured, settings.age, role, "aes.enforce_ttl");
    warn_of_learning(secured, settings.learning, files);
    warn_of_no_directory(secured, files.callers);
    warn_of_strangers(secured, material.private_key, files.private_key, files.public_key);
    auto callers = caller_keys(files.callers);
    auto* const known = callers.get();
    return complete(
        std::move(secured),
        files,
        std::move(seen),
        Made<security::AesProvider>{
            security::AesProvider::make(std::move(settings), material, std::move(callers)), known});
}

}  // namespace mco::credentials
