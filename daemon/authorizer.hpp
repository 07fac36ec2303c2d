// Decides whether a caller may make a call on this node (protocol §12.3). It stands between
// validation and audit: right of the reply border, so a refusal is answered.
#pragma once

#include "core/message/message.hpp"
#include "core/rpc/rpc.hpp"

#include <string>
#include <string_view>

namespace mco::daemon {

/// What was decided, and by what.
struct Verdict {
    bool allowed = false;
    std::string rule;  ///< FILE:LINE or a sentence: for the log and the audit trail
    rpc::Status status = rpc::Status::aborted;  ///< of the refusal's reply
    std::string message;                        ///< what a refused caller is told
};

class Authorizer {
  public:
    Authorizer() = default;
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;
    virtual ~Authorizer() = default;

    /// May block as long as the data plug-ins that a policy asks. Any worker thread, several at a
    /// time.
    virtual Verdict authorize(const message::Request& request, std::string_view action) const = 0;

    /// Whether the request's filter may read the subject, see subjects(). Blocks for nothing but a
    /// file that changed: the I/O thread asks. Usually everybody may.
    virtual Verdict authorize_filter(const message::Request&, std::string_view) const {
        return {true, "filters are free", rpc::Status::ok, {}};
    }
};

}  // namespace mco::daemon
