// Makes the security provider that the configuration asks for, from the files and the user of this
// machine (protocol §4; design §5), and keeps it up to date while the files change.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/security/provider.hpp"
#include "core/time.hpp"
#include "system/credentials/known_certificates.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mco::credentials {

enum class Role {
    client,  ///< mco: sends requests
    node,    ///< mcollectived: its certificate must carry its identity
};

/// Who we are on this machine: what caller ids and default paths are made of.
struct Surroundings {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string user;                  ///< login name; empty: unknown
    std::string group;                 ///< name of gid; empty: unknown
    std::vector<std::string> ssldirs;  ///< Puppet's, best first
    /// Where a client may keep what can be lost; empty: nowhere.
    std::string cache_folder = {};
};

/// This process: its login session or else its user, and Puppet's directories below `home`, unless
/// we are root, and below /etc and /var/lib. No cache folder.
Surroundings this_process(const std::optional<std::string>& home);

/// Reads the files of a provider again when they change.
class Watcher {
  public:
    Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;

    /// True if something changed and is in use from now on. An Error, to be logged, means that the
    /// files are not usable and the old material stays; it is told once for each change. To be
    /// called by a timer on the I/O thread.
    virtual Expected<bool> refresh() = 0;

    /// What else happened since the last call and belongs into the log, a sentence each. To be
    /// called as refresh() is.
    virtual std::vector<std::string> news() { return {}; }
};

struct Secured {
    std::string name;                              ///< as in securityprovider
    std::unique_ptr<security::Provider> provider;  ///< never null
    std::unique_ptr<Watcher>
        watcher;  ///< null when there are no files; uses *provider, so it goes first
    std::unique_ptr<KnownCertificates>
        known;                          ///< null when nothing is remembered; uses *provider, too
    std::vector<std::string> warnings;  ///< to be logged, a sentence each
};

/// The provider for `config.securityprovider`. Errors name the setting and the file; they never
/// hold a secret: invalid, not_found, io, denied (a private key that everybody may read).
///
/// psk: the caller id follows plugin.psk.callertype.
///
/// ssl, aes_security: key files as the settings of protocol §4.4 and §4.5 name them. A caller's key
/// that is added to the directory, or taken away, counts from the next message on.
///
/// x509: files that are not configured come from the first of `ssldirs` that has certs/NAME.pem,
/// where NAME is the identity, and for a client USER.mcollective before that. The authority and the
/// revocation list are those beside it; a configured authority needs a configured list for
/// revocation to be checked. plugin.x509.callers holds patterns, separated by blanks or by commas
/// outside brackets.
/// A client remembers the certificates of nodes in plugin.x509.known_certificates, which may be `0`
/// for nowhere, else in `known_certificates` of its cache folder. Nothing is read yet.
/// At `now` an expired certificate of ours is a warning: the clock may be wrong, but the others
/// will not believe us.
Expected<Secured> make_provider(const config::Config& config,
                                Role role,
                                const Surroundings& surroundings,
                                TimePoint now);

}  // namespace mco::credentials
