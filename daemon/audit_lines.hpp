// The lines of the audit trail in both of its forms, without their ends (docs/audit.md). Pure. No
// text of a request can end a line early, and values that look like secrets are not told.
#pragma once

#include "core/message/message.hpp"
#include "core/rpc/body.hpp"
#include "core/rpc/rpc.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mco::daemon {

enum class Decision : std::uint8_t { allowed, denied, invalid };

/// A call when it was decided on, before anything is done. Views for as long as it is written.
struct CallBegin {
    const message::Claims& claims;
    const rpc::CallBody& call;
    Decision decision = Decision::allowed;
    std::string_view rule;  ///< what decided: FILE:LINE or a sentence
};

/// What became of it.
struct CallEnd {
    std::string_view outcome;  ///< done, refused, timeout, not started, abandoned at shutdown
    std::optional<rpc::Status> status;  ///< absent when there was none
};

/// The original's line (protocol §12.4).
std::string audit_line(const message::Claims& claims, const rpc::CallBody& call, TimePoint now);

/// The JSON event `begin`. `node`: our identity.
std::string begin_event(const CallBegin& begin, std::string_view node, TimePoint now);

/// When and for which request an event comes.
struct EventAt {
    std::string_view name;  ///< end, or late for an action that ended after its timeout
    std::string_view id;    ///< of the request
    std::string_view node;
    TimePoint time;
    std::chrono::milliseconds duration{0};  ///< since the event `begin`
};

std::string end_event(const CallEnd& end, const EventAt& at);

}  // namespace mco::daemon
