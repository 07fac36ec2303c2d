// Where figures may be asked for: on this machine alone.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mco::metrics {

/// A port of a loopback address; 0: the kernel chooses.
struct LoopbackPort {
    std::string host;  ///< a number
    std::uint16_t port = 0;
    bool operator==(const LoopbackPort&) const = default;
};

/// An absolute path.
struct SocketPath {
    std::string path;
    bool operator==(const SocketPath&) const = default;
};

using Address = std::variant<LoopbackPort, SocketPath>;

/// `127.0.0.1:PORT` (any of 127/8), `[::1]:PORT`, `localhost:PORT`, which is the first of these, or
/// an absolute path. Errors: invalid; denied for every other address, because whoever may ask needs
/// no password.
Expected<Address> parse_address(std::string_view text);

}  // namespace mco::metrics
