// Name look-ups that end in time. Internal to client/sources.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mco::client {

/// Asks for the addresses of a host, as numbers, the best one first; takes as long as it takes.
/// Any thread. Errors: unavailable.
using Resolver = std::function<Expected<std::vector<std::string>>(const std::string& host)>;

/// What this machine resolves names with: its hosts file, its name servers.
Expected<std::vector<std::string>> resolve(const std::string& host);

/// The same, but not later than `deadline`: a look-up that takes longer is left to end by itself in
/// a thread of its own, and neither the caller nor the end of the process waits for it. `resolver`
/// is copied. Errors: those of `resolver`; timed_out; io when there can be no thread.
Expected<std::vector<std::string>> look_up(const std::string& host,
                                           Monotonic deadline,
                                           const Resolver& resolver = resolve);

}  // namespace mco::client
