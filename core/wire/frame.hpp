// STOMP frames (versions 1.0, 1.1 and 1.2) as values: what both sides of a connection read and
// write (protocol §2.1).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::wire {

enum class Version { v1_0, v1_1, v1_2 };

/// `1.0`, `1.1`, `1.2`: how the headers `version` and `accept-version` spell it.
std::string_view name(Version version);

struct Frame {
    std::string command;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The value of the header; the first one wins when it is repeated. Null when absent.
    const std::string* header(std::string_view header_name) const;

    bool operator==(const Frame&) const = default;
};

/// Whether header text is escaped in such a frame. CONNECT and CONNECTED must be readable before
/// anybody knows the version; STOMP comes as early, but only from clients of 1.1 and later.
bool escapes_headers(std::string_view command, Version version);

/// The frame's bytes, always with a `content-length` of our own making, so bodies may hold any
/// byte. Header octets that the version cannot carry (NUL always; LF, and CR, and `:` in a name,
/// where nothing is escaped) are left out: a header's value can never forge another header or
/// another frame.
std::string encode(const Frame& frame, Version version);

}  // namespace mco::wire
