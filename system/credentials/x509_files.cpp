#include "system/credentials/x509_files.hpp"

#include "system/credentials/key_files.hpp"

#include <algorithm>
#include <utility>

namespace mco::credentials {

namespace {

constexpr std::size_t max_pem = 16u << 20;  // bytes: revocation lists grow

std::string setting(const config::Config& config, std::string_view name) {
    return config.plugin_string("x509." + std::string(name), "");
}

struct Own {
    std::string ssldir;
    std::string name;
};

std::vector<std::string> names_to_try(const config::Config& config,
                                      Role role,
                                      const Surroundings& surroundings) {
    std::vector<std::string> names;
    if (role == Role::client && !surroundings.user.empty())
        names.push_back(surroundings.user + ".mcollective");
    if (!config.identity.empty())
        names.push_back(config.identity);
    return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const auto& word : words) {
        if (!text.empty())
            text += between;
        text += word;
    }
    return text;
}

/// The first of Puppet's directories that has a certificate for us.
std::optional<Own> find_own(const std::vector<std::string>& names,
                            const std::vector<std::string>& ssldirs) {
    for (const auto& name : names) {
        if (name.find('/') != std::string::npos)
            continue;
        for (const auto& ssldir : ssldirs) {
            if (system::stamp(ssldir + "/certs/" + name + ".pem"))
                return Own{ssldir, name};
        }
    }
    return std::nullopt;
}

/// The directory to take the authority from when our own certificate is elsewhere.
std::optional<std::string> find_authority(const std::vector<std::string>& ssldirs) {
    for (const auto& ssldir : ssldirs) {
        if (system::stamp(ssldir + "/certs/ca.pem"))
            return ssldir;
    }
    return std::nullopt;
}

tl::unexpected<Error> not_found(std::string_view what, const std::vector<std::string>& ssldirs) {
    return fail(Errc::not_found,
                "no " + std::string(what) + " in " + joined(ssldirs, ", ") +
                    ": set plugin.x509.certificate, private_key and ca");
}

Expected<std::string> read(std::string_view name, const std::string& path) {
    auto text = system::read_file(path, max_pem);
    if (!text)
        return fail(text.error().code,
                    "plugin.x509." + std::string(name) + ": " + text.error().message);
    return text;
}

}  // namespace

Expected<X509Files> find_x509_files(const config::Config& config,
                                    Role role,
                                    const Surroundings& surroundings) {
    X509Files files;
    files.certificate = setting(config, "certificate");
    files.private_key = setting(config, "private_key");
    files.ca = setting(config, "ca");
    files.crl = setting(config, "crl");
    files.crl_required = !files.crl.empty();

    std::optional<Own> own;
    if (files.certificate.empty() || files.private_key.empty()) {
        const auto names = names_to_try(config, role, surroundings);
        own = find_own(names, surroundings.ssldirs);
        if (!own)
            return not_found("certificate for " + joined(names, " or "), surroundings.ssldirs);
        if (files.certificate.empty())
            files.certificate = own->ssldir + "/certs/" + own->name + ".pem";
        if (files.private_key.empty())
            files.private_key = own->ssldir + "/private_keys/" + own->name + ".pem";
    }
    if (!files.ca.empty())
        return files;
    const auto ssldir = own ? own->ssldir : find_authority(surroundings.ssldirs);
    if (!ssldir)
        return not_found("certificate authority (certs/ca.pem)", surroundings.ssldirs);
    files.ca = *ssldir + "/certs/ca.pem";
    if (files.crl.empty())
        files.crl = *ssldir + "/crl.pem";
    return files;
}

Expected<x509::Material> read_x509_files(const X509Files& files) {
    x509::Material material;
    MCO_CHECK(check_private({"x509.private_key", files.private_key}));
    MCO_TRY(certificate, read("certificate", files.certificate));
    material.certificate = std::move(certificate);
    MCO_TRY(key, read("private_key", files.private_key));
    material.private_key = std::move(key);
    MCO_TRY(ca, read("ca", files.ca));
    material.ca = std::move(ca);
    if (files.crl.empty() || (!files.crl_required && !system::stamp(files.crl)))
        return material;
    MCO_TRY(crl, read("crl", files.crl));
    material.crl = std::move(crl);
    return material;
}

Error with_setting(Error error, const X509Files& files) {
    const std::pair<std::string_view, const std::string*> parts[] = {
        {"certificate", &files.certificate},
        {"private_key", &files.private_key},
        {"ca", &files.ca},
        {"crl", &files.crl},
        {"callers", nullptr}};
    for (const auto& [part, path] : parts) {
        if (error.message.rfind(std::string(part) + ": ", 0) != 0)
            continue;
        error.message.insert(0, "plugin.x509.");
        if (path != nullptr)
            error.message += " (" + *path + ")";
        break;
    }
    return error;
}

Expected<std::optional<std::pair<std::string, std::string>>> caller_extension(
    const config::Config& config) {
    using Extension = std::optional<std::pair<std::string, std::string>>;
    const auto set = config.plugin.find("x509.caller_extension");
    if (set == config.plugin.end())
        return Extension();
    const auto& [value, origin] = set->second;
    const auto equals = value.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == value.size())
        return fail(Errc::invalid,
                    origin +
                        ": plugin.x509.caller_extension must be NAME=VALUE, such as "
                        "pp_auth_role=operator");
    return Extension({value.substr(0, equals), value.substr(equals + 1)});
}

std::vector<std::string> split_patterns(std::string_view text) {
    std::vector<std::string> patterns(1);
    int open = 0;
    bool escaped = false;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t';
        if (!escaped && (blank || (c == ',' && open == 0))) {
            patterns.emplace_back();
            continue;
        }
        if (!escaped && (c == '{' || c == '[' || c == '('))
            ++open;
        if (!escaped && open > 0 && (c == '}' || c == ']' || c == ')'))
            --open;
        escaped = !escaped && c == '\\';
        patterns.back() += c;
    }
    std::erase(patterns, "");
    return patterns;
}

X509Watcher::X509Watcher(X509Files files, Stamps seen, x509::X509Provider& provider)
    : files_(std::move(files)), seen_(seen), provider_(provider) {}

X509Watcher::Stamps X509Watcher::stamps_of(const X509Files& files) {
    return {system::stamp(files.certificate),
            system::stamp(files.private_key),
            system::stamp(files.ca),
            files.crl.empty() ? std::nullopt : system::stamp(files.crl)};
}

Expected<bool> X509Watcher::refresh() {
    const Stamps current = stamps_of(files_);
    if (current == seen_)
        return false;
    seen_ = current;
    MCO_TRY(material, read_x509_files(files_));
    if (auto replaced = provider_.replace(material); !replaced)
        return tl::unexpected(with_setting(std::move(replaced).error(), files_));
    files_.crl_required = material.crl.has_value();
    return true;
}

}  // namespace mco::credentials
