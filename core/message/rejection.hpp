// The gates a message passes, and why one was dropped there. Everything here happens before a reply
// is owed.
#pragma once

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mco::message {

/// Gates in the order they stand. Each has a counter and appears in the log under its name.
enum class Gate : std::size_t {
    malformed,      ///< cannot be decoded within the limits
    untrusted,      ///< signature, digest, chain, caller rule or sender check failed
    expired,        ///< older than its ttl
    future,         ///< newer than the clock skew allows
    replayed,       ///< this request was accepted before
    not_for_us,     ///< the filter does not match, or the collective is not ours
    unknown_agent,  ///< no such agent is active here
    count
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Gate::count)> gate_names =
    {"malformed", "untrusted", "expired", "future", "replayed", "not_for_us", "unknown_agent"};

constexpr std::string_view name(Gate gate) {
    return gate_names[static_cast<std::size_t>(gate)];
}

/// Why a message was dropped. `id` and `sender` are claims (possibly empty), escaped before they
/// are logged.
struct Rejection {
    Gate gate = Gate::malformed;
    std::string reason;
    std::string id;
    std::string sender;
};

template <class T>
using Triaged = tl::expected<T, Rejection>;

}  // namespace mco::message
