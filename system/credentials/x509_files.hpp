// The files of the x509 provider: which they are, reading them, and reading them again.
#pragma once

#include "core/security/x509/provider.hpp"
#include "system/credentials/credentials.hpp"
#include "system/files.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::credentials {

struct X509Files {
    std::string certificate;
    std::string private_key;
    std::string ca;
    std::string crl;  ///< empty: revocation is not checked
    bool crl_required =
        false;  ///< it is configured or was there once: deleting it must not bring the revoked back
};

/// Settings first, then Puppet's directories. Errors: not_found, with the directories searched.
Expected<X509Files> find_x509_files(const config::Config& config,
                                    Role role,
                                    const Surroundings& surroundings);

/// Errors name the setting and the file.
Expected<x509::Material> read_x509_files(const X509Files& files);

/// Adds to an Error of x509::X509Provider, which begins with a part of the material, the setting
/// and the file.
Error with_setting(Error error, const X509Files& files);

/// The name and the value in plugin.x509.caller_extension, if it is set. Errors: invalid.
Expected<std::optional<std::pair<std::string, std::string>>> caller_extension(
    const config::Config& config);

/// The patterns in plugin.x509.callers.
std::vector<std::string> split_patterns(std::string_view text);

class X509Watcher final : public Watcher {
  public:
    using Stamps = std::array<std::optional<system::FileStamp>, 4>;

    /// `provider` must outlive it. `seen`: the stamps before the files were read for it.
    X509Watcher(X509Files files, Stamps seen, x509::X509Provider& provider);
    Expected<bool> refresh() override;

    static Stamps stamps_of(const X509Files& files);

  private:
    X509Files files_;
    Stamps seen_;
    x509::X509Provider& provider_;
};

}  // namespace mco::credentials
