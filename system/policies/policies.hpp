// The policy files of this machine (client and agents §6.1): which of them is asked, what they say,
// and what becomes of a call when there is none or none that can be read.
//
//   DIRECTORY/COLLECTIVE/AGENT.policy   for requests in that collective
//   DIRECTORY/AGENT.policy              for all others
//   DIRECTORY/DEFAULT_NAME.policy       with enable_default, when there is neither
//   DIRECTORY/groups                    names for several callers
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/policy/decide.hpp"
#include "core/policy/policy.hpp"
#include "system/log.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::policies {

/// The settings plugin.actionpolicy.*, and where the files are.
struct Settings {
    std::string directory;  ///< `policies` beside the configuration file
    bool allow_unconfigured = false;
    bool enable_default = false;
    std::string default_name = "default";
    bool explain_denials = false;
    bool filters = false;               ///< filter.policy decides what filters may read
    std::vector<std::string> warnings;  ///< settings whose values mean nothing, with their origin
};

/// A value that cannot be used counts as off and is among the warnings.
Settings read_settings(const config::Config& config);

/// What a refused caller is told, whoever refuses it (client and agents §6.2).
constexpr std::string_view denial = "You are not authorized to call this agent or action.";

/// What was decided, by which line of which file.
struct Ruling {
    enum class Because {
        decided,       ///< by the policy: see `decision`
        unconfigured,  ///< there is no policy: allow_unconfigured decided
        refused,       ///< a file cannot be read, or not understood: denied
    };

    bool allowed = false;
    Because because = Because::unconfigured;
    std::string file;  ///< the policy; empty when there is none
    policy::Decision decision;
    std::string rule;  ///< FILE:LINE and the rule, or a sentence
};

/// Whom and what a call is for. The names come from the request.
struct Address {
    std::string_view agent;
    std::string_view collective;
};

/// Reads files when they have changed. All members: any thread.
class PolicyFiles {
  public:
    /// The log outlives it. A file that is refused is logged once for each of its changes.
    PolicyFiles(Settings settings, system::Log& log);

    /// Blocks for the length of a file that changed, and as long as `subject.data`.
    Ruling decide(const Address& address,
                  const policy::Question& question,
                  const policy::Subject& subject,
                  policy::Explanation* explanation = nullptr) const;

    const Settings& settings() const { return settings_; }

  private:
    /// One version of a file, its rights included.
    struct Stamp {
        std::int64_t modified_ns = 0;
        std::int64_t changed_ns = 0;
        std::int64_t size = 0;
        std::uint64_t inode = 0;
        bool operator==(const Stamp&) const = default;
    };

    template <class Content>
    struct Entry {
        Stamp stamp;
        Expected<Content> content;
    };

    template <class Content>
    using Cache = std::map<std::string, std::shared_ptr<const Entry<Content>>>;

    template <class Content, class Parse>
    std::shared_ptr<const Entry<Content>> load(Cache<Content>& cache,
                                               const std::string& path,
                                               Parse parse) const;
    template <class Content>
    Expected<Content> refused(const std::string& path, const Error& why) const;
    Expected<std::string> read(const std::string& path) const;
    static Expected<std::optional<Stamp>> look_at(const std::string& path);
    std::vector<std::string> candidates(const Address& address) const;
    std::shared_ptr<const Entry<policy::Policy>> find(const Address& address) const;
    std::shared_ptr<const Entry<policy::Groups>> groups() const;
    Ruling unconfigured(std::string_view agent) const;

    const Settings settings_;
    system::Log& log_;
    mutable std::mutex mutex_;  // guards the caches; what they hold is shared with those deciding
    mutable Cache<policy::Policy> policies_;
    mutable Cache<policy::Groups> groups_;
};

/// The text of a policy file, if nobody but root and ourselves can have written it. Errors:
/// not_found, io, limit, denied (the owner or the rights of the file or of its directory).
Expected<std::string> read_guarded(const std::string& path);

}  // namespace mco::policies
