// The audit of calls (protocol §12.4, docs/audit.md): a line before each call is acted on and, with
// the provider `jsonlines`, one about what became of it; and what happens when they cannot be
// written.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "daemon/audit_file.hpp"
#include "daemon/audit_lines.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "system/rate_limit.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mco::daemon {

struct AuditSettings {
    enum class Form : std::uint8_t {
        ruby,       ///< `logfile`: the original's line, for calls that are acted on
        jsonlines,  ///< two events for every call
    };
    enum class OnFailure : std::uint8_t {
        proceed,  ///< with a warning, as the original does
        refuse,   ///< what cannot be written down is not done
    };

    Form form = Form::ruby;
    OnFailure on_failure = OnFailure::proceed;
    std::string path;
    AuditFile::Rotation rotation;
};

/// What `rpcaudit`, `rpcauditprovider` and `plugin.rpcaudit.*` ask for; absent when auditing is
/// off. Errors: invalid, naming the setting and where it stands.
Expected<std::optional<AuditSettings>> audit_settings(const config::Config& config);

/// All members: any thread.
class Audit {
  public:
    /// Everything outlives it.
    struct Parts {
        std::string node;  ///< our identity
        const system::Clock& clock;
        system::Log& log;
    };

    /// Opens the file. Errors: io, if what cannot be written down must not be done; otherwise the
    /// trouble is logged.
    static Expected<std::unique_ptr<Audit>> make(AuditSettings settings, Parts parts);

    /// To be called for every call that was decided on, before anything is done. `call` tells calls
    /// apart until they have ended: no two that run have the same. False: do nothing, answer that
    /// auditing failed.
    bool begin(const void* call, const CallBegin& begin);

    /// To be called after what begin() was called for; of a call that was given up in the meantime
    /// it tells that it is over after all.
    void end(const void* call, const CallEnd& end);

    /// The call will be answered now, whatever is still being done for it.
    void give_up(const void* call, const char* outcome);

    /// The same for all that are under way: the program is about to end.
    void give_up_all(const char* outcome);

    /// Opens the file anew, after others have rotated it.
    void reopen();

    /// Events that could not be written.
    std::uint64_t failures() const { return failures_; }

  private:
    struct UnderWay {
        std::string id;
        Monotonic began{};
        bool given_up = false;
    };

    Audit(AuditSettings settings, Parts parts);
    bool write(const std::string& line);
    void write_end(const UnderWay& call, const CallEnd& end);
    void complain(const Error& error);

    const AuditSettings settings_;
    const Parts parts_;
    std::atomic<std::uint64_t> failures_ = 0;
    std::mutex mutex_;  // guards what follows, and keeps the events of a call in order
    AuditFile file_;
    system::RateLimit warnings_;
    std::unordered_map<const void*, UnderWay> under_way_;
};

}  // namespace mco::daemon
