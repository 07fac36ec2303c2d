// The audit trail: one line for each call that is about to be acted on (protocol §12.4).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/message/message.hpp"
#include "core/rpc/body.hpp"
#include "core/time.hpp"

#include <optional>
#include <string>

namespace mco::daemon {

/// The line for a call, without a line end. Pure.
std::string audit_line(const message::Claims& claims, const rpc::CallBody& call, TimePoint now);

/// The provider `logfile`: appends to a file that is opened for each line, so that others may
/// rotate it. Any thread.
class AuditLog {
  public:
    explicit AuditLog(std::string path) : path_(std::move(path)) {}

    /// Errors: io.
    Expected<void> append(const std::string& line) const;

  private:
    std::string path_;
};

/// What `rpcaudit` and `rpcauditprovider` ask for; absent when auditing is off. Errors: invalid (a
/// provider that is unknown).
Expected<std::optional<AuditLog>> make_audit_log(const config::Config& config);

}  // namespace mco::daemon
