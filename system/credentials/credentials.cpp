#include "system/credentials/credentials.hpp"

#include "core/security/psk.hpp"
#include "core/security/x509/provider.hpp"
#include "system/credentials/legacy_providers.hpp"
#include "system/credentials/x509_files.hpp"

#include <array>
#include <utility>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace mco::credentials {

namespace {

constexpr std::size_t lookup_buffer = 16u << 10;  // bytes; more than any account's entry

std::string user_name(uid_t uid) {
    std::array<char, lookup_buffer> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return {};
    return found->pw_name;
}

std::string group_name(gid_t gid) {
    std::array<char, lookup_buffer> buffer{};
    group entry{};
    group* found = nullptr;
    if (::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return {};
    return found->gr_name;
}

/// The login session's user, who stays the same under sudo; without a session that of the process.
std::string login_name(uid_t uid) {
    std::array<char, 256> name{};
    if (::getlogin_r(name.data(), name.size()) == 0 && name[0] != '\0')
        return name.data();
    return user_name(uid);
}

Expected<std::string> psk_caller(const config::Config& config, const Surroundings& surroundings) {
    const auto type = config.plugin_string("psk.callertype", "uid");
    if (type == "gid")
        return "gid=" + std::to_string(surroundings.gid);
    if (type == "identity")
        return "identity=" + config.identity;
    const bool by_group = type == "group";
    if (!by_group && type != "user")
        return "uid=" + std::to_string(surroundings.uid);
    const auto& name = by_group ? surroundings.group : surroundings.user;
    if (name.empty())
        return fail(
            Errc::not_found,
            "plugin.psk.callertype = " + type + ": the name of our " + type + " is not known");
    return type + "=" + name;
}

Expected<Secured> make_psk(const config::Config& config, const Surroundings& surroundings) {
    const auto* key = config.plugin_setting("psk");
    if (key == nullptr)
        return fail(
            Errc::not_found,
            "securityprovider = psk needs plugin.psk, or MCOLLECTIVE_PSK in the environment");
    MCO_TRY(caller, psk_caller(config, surroundings));
    auto provider = security::PskProvider::create(*key, std::move(caller));
    if (!provider)
        return fail(provider.error().code, "plugin.psk: " + provider.error().message);
    return Secured{"psk",
                   *std::move(provider),
                   nullptr,
                   nullptr,
                   {"securityprovider psk is there for migration only: whoever knows the key can "
                    "be anybody. Move on to x509"}};
}

/// Empty: nowhere. Nodes see few callers, and remember none of them.
std::string known_certificates(const config::Config& config,
                               Role role,
                               const Surroundings& surroundings) {
    if (role != Role::client)
        return {};
    if (const auto* path = config.plugin_setting("x509.known_certificates"))
        return *path == "0" ? std::string() : *path;
    const auto& folder = surroundings.cache_folder;
    return folder.empty() ? folder : folder + "/known_certificates";
}

Expected<Secured> make_x509(const config::Config& config,
                            Role role,
                            const Surroundings& surroundings,
                            TimePoint now) {
    x509::Settings settings;
    if (role == Role::node)
        settings.identity = config.identity;
    if (const auto* callers = config.plugin_setting("x509.callers"))
        settings.callers = split_patterns(*callers);
    MCO_TRY(extension, caller_extension(config));
    settings.caller_extension = std::move(extension);
    MCO_TRY(encrypt_replies, config.plugin_bool("x509.encrypt_replies", false));
    settings.encrypt_replies = encrypt_replies;
    if (role == Role::client)
        settings.chain_memory = KnownCertificates::largest_file;

    MCO_TRY(files, find_x509_files(config, role, surroundings));
    const auto stamps = X509Watcher::stamps_of(files);
    MCO_TRY(material, read_x509_files(files));
    files.crl_required = material.crl.has_value();
    Secured secured{"x509", nullptr, nullptr, nullptr, {}};
    if (!material.crl)
        secured.warnings.emplace_back(
            "revoked certificates are accepted: there is no revocation list, see plugin.x509.crl");
    if (role == Role::node && settings.callers.empty() && !settings.caller_extension)
        secured.warnings.emplace_back("plugin.x509.callers is empty: nobody may send requests");
    auto provider = x509::X509Provider::make(std::move(settings), material);
    if (!provider)
        return tl::unexpected(with_setting(std::move(provider).error(), files));
    if ((*provider)->valid_until() <= now)
        secured.warnings.emplace_back("the certificate " + files.certificate +
                                      " has expired: whatever we send will be refused");
    secured.watcher = std::make_unique<X509Watcher>(std::move(files), stamps, **provider);
    if (auto path = known_certificates(config, role, surroundings); !path.empty())
        secured.known = std::make_unique<KnownCertificates>(std::move(path), **provider);
    secured.provider = *std::move(provider);
    return secured;
}

}  // namespace

Surroundings this_process(const std::optional<std::string>& home) {
    Surroundings found;
    found.uid = ::getuid();
    found.gid = ::getgid();
    found.user = login_name(found.uid);
    found.group = group_name(found.gid);
    if (found.uid != 0 && home)
        found.ssldirs = {*home + "/.puppetlabs/etc/puppet/ssl",
                         *home + "/.puppet/etc/ssl",  // where Debian's Puppet keeps it
                         *home + "/.puppet/ssl"};
    found.ssldirs.insert(found.ssldirs.end(),
                         {"/etc/puppetlabs/puppet/ssl", "/var/lib/puppet/ssl"});
    return found;
}

Expected<Secured> make_provider(const config::Config& config,
                                Role role,
                                const Surroundings& surroundings,
                                TimePoint now) {
    const auto& name = config.securityprovider;
    if (name == "x509")
        return make_x509(config, role, surroundings, now);
    if (name == "psk")
        return make_psk(config, surroundings);
    if (name == "ssl")
        return make_ssl(config, role);
    if (name == "aes_security")
        return make_aes(config, role);
    return fail(Errc::invalid,
                "securityprovider = " + name + ": there are x509, psk, ssl and aes_security");
}

}  // namespace mco::credentials
