#include "cli/doctor/security_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace mco::doctor {

namespace {

using credentials::Role;

const std::string check = "security";

const char* const move_on =
    "set securityprovider = x509 on nodes and clients: the certificates of the Puppet CA will do "
    "(docs/security.md)";

std::string where_set(const config::Config& config) {
    const auto line = config.core.find("securityprovider");
    return line == config.core.end() ? "the default" : line->second.origin;
}

/// The files of a legacy provider: setting and whether it is a secret.
using KeySetting = std::pair<const char*, bool>;

std::vector<KeySetting> key_settings(const std::string& provider, Role role) {
    const bool node = role == Role::node;
    if (provider == "ssl" && node)
        return {{"ssl_server_private", true}, {"ssl_server_public", false}};
    if (provider == "ssl")
        return {{"ssl_client_private", true},
                {"ssl_client_public", false},
                {"ssl_server_public", false}};
    if (node)
        return {{"aes.server_private", true}, {"aes.server_public", false}};
    return {{"aes.client_private", true}, {"aes.client_public", false}};
}

std::size_t keys_in(const std::string& directory) {
    std::error_code error;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        count += entry->path().extension() == ".pem" ? 1U : 0U;
    return count;
}

Finding check_callers(const config::Config& config, const std::string& setting) {
    const auto directory = config.plugin_string(setting, "");
    const auto file = look_at(directory);
    if (file.kind != FileFacts::Kind::directory)
        return problem("callers' keys",
                       directory,
                       {"is not there, so nobody may send requests",
                        "set plugin." + setting + " to the directory of the callers' public keys"});
    if ((file.mode & 0002U) != 0)
        return problem(
            "callers' keys",
            directory,
            {"everybody may add callers (" + rights_of(file) + ")", "chmod go-w " + directory});
    const auto count = keys_in(directory);
    if (count == 0)
        return problem("callers' keys",
                       directory,
                       {"holds no key, so nobody may send requests",
                        "put the callers' public keys there, NAME.pem each"});
    return ok("callers' keys",
              directory,
              count == 1 ? "1 caller is known" : fmt::format("{} callers are known", count));
}

Findings check_key_files(const Subject& subject) {
    const auto& config = subject.config;
    Findings findings;
    for (const auto& [setting, secret] : key_settings(config.securityprovider, subject.role)) {
        const auto* path = config.plugin_setting(setting);
        if (path == nullptr || path->empty())
            continue;  // the provider says so
        const auto name = std::string("plugin.") + setting;
        const auto file = look_at(*path);
        findings.push_back(secret ? judge_secret(name, file, subject.observer)
                                  : judge_public(name, file, subject.observer));
    }
    const std::string directory =
        config.securityprovider == "ssl" ? "ssl_client_cert_dir" : "aes.client_cert_dir";
    if (subject.role == Role::node && config.plugin_setting(directory) != nullptr)
        findings.push_back(check_callers(config, directory));
    return findings;
}

/// What making the provider says that the files, `told`, have not said.
Findings check_made(const Subject& subject, const Findings& told) {
    const auto surroundings = credentials::this_process(subject.home);
    const auto made =
        credentials::make_provider(subject.config, subject.role, surroundings, subject.now);
    const bool known = std::any_of(told.begin(), told.end(), [](const auto& finding) {
        return finding.status == Status::problem;
    });
    const bool legacy = subject.config.securityprovider != "x509";
    Findings findings;
    if (!made && legacy)
        findings.push_back(
            warning(check,
                    subject.config.securityprovider,
                    {"is there for migration only: it proves less than x509", move_on}));
    if (!made)
        findings.push_back(
            known ? skipped(check,
                            subject.config.securityprovider,
                            "nothing can be sent or answered before the problems above are solved")
                  : problem(check,
                            subject.config.securityprovider,
                            {made.error().message,
                             "correct the setting or the file; nothing can be sent or answered "
                             "until then"}));
    if (!made)
        return findings;
    for (const auto& sentence : made->warnings) {
        const bool about_itself = sentence.starts_with("securityprovider ");
        if (legacy)
            findings.push_back(
                warning(check,
                        subject.config.securityprovider,
                        {sentence, about_itself ? move_on : "correct the setting or the file"}));
    }
    findings.push_back(ok("caller id", made->provider->caller_id(), "is how others know us"));
    return findings;
}

}  // namespace

Finding judge_shared_key(const config::Config& config) {
    const auto* key = config.plugin_setting("psk");
    constexpr std::size_t enough = 16;
    constexpr std::array placeholders = {
        "unset", "changeme", "change_me", "secret", "password", "mcollective", "test", "psk"};
    if (key == nullptr || key->empty())
        return problem("shared key",
                       "plugin.psk",
                       {"is not set", "set it to the key that nodes and clients share"});
    const auto origin = config.plugin.at("psk").origin;
    if (std::find(placeholders.begin(), placeholders.end(), *key) != placeholders.end())
        return problem("shared key",
                       origin,
                       {"is a placeholder that everybody knows",
                        "make one with openssl rand -hex 32, the same for nodes and clients"});
    if (key->size() < enough)
        return warning("shared key",
                       origin,
                       {fmt::format("has fewer than {} characters and can be guessed", enough),
                        "make one with openssl rand -hex 32, the same for nodes and clients"});
    return ok("shared key", origin, "is set");
}

Findings check_security(const Subject& subject) {
    const auto& name = subject.config.securityprovider;
    constexpr std::array known = {"x509", "psk", "ssl", "aes_security"};
    if (std::find(known.begin(), known.end(), name) == known.end())
        return {problem(check,
                        name,
                        {"there is no such security provider",
                         "set securityprovider = x509 in " + subject.config.file})};
    Findings findings{ok(check, name, "set by " + where_set(subject.config))};
    if (name == "psk")
        findings.push_back(judge_shared_key(subject.config));
    append(findings,
           name == "x509"  ? check_x509(subject)
           : name == "psk" ? Findings()
                           : check_key_files(subject));
    append(findings, check_made(subject, findings));
    return findings;
}

}  // namespace mco::doctor
