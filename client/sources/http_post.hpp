// One HTTP request with a body, and the answer as it arrives. Internal to client/sources.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "transport/stomp/options.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mco::client {

/// A server by its URL.
struct HttpServer {
    std::string url;  ///< as it was written, without a slash at the end
    bool tls = false;
    std::string host;
    std::uint16_t port = 0;
    std::string path;  ///< before that of requests; empty or /…
    bool operator==(const HttpServer&) const = default;
};

struct HttpPorts {
    std::uint16_t plain = 80;
    std::uint16_t tls = 443;
};

/// Reads `http://HOST[:PORT][/PATH]` and the same with https; an IPv6 address stands in brackets.
/// Errors: invalid, without the text when it holds a password.
Expected<HttpServer> parse_http_url(std::string_view text, HttpPorts usual);

struct HttpRequest {
    std::string path;
    std::string content_type;
    std::string body;
};

struct HttpAnswer {
    unsigned status = 0;
    std::string text;  ///< the beginning of what came with a status other than 200
};

/// Takes a part of the body of an answer with status 200. Its errors end the request.
using HttpPart = std::function<Expected<void>(std::string_view part)>;

/// No answer is longer.
constexpr std::uint64_t longest_http_answer = std::uint64_t{512} << 20;

/// Asks on a connection of its own, and waits at most until `deadline`. With TLS the server's
/// certificate must be issued by the authorities in `tls` for the host that was asked; ours is
/// shown. Errors: unavailable and timed_out, when another server may do better; denied, when one of
/// the certificates was refused; io, invalid for our own files; limit; those of `use`.
Expected<HttpAnswer> http_post(const HttpServer& server,
                               const stomp::Tls& tls,
                               const HttpRequest& request,
                               Monotonic deadline,
                               const HttpPart& use);

}  // namespace mco::client
