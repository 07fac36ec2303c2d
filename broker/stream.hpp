// The byte stream of one connection, plain or TLS, on a socket that never blocks. It owns no
// buffers: idle connections cost next to nothing.
#pragma once

#include "broker/outbox.hpp"
#include "broker/tls.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace mco::broker {

struct Progress {
    enum class Status {
        done,         ///< `bytes` were moved
        wants_read,   ///< try again when the socket is readable
        wants_write,  ///< try again when the socket is writable
        ended,        ///< the peer closed properly
        failed,       ///< see `reason`
    };
    Status status = Status::done;
    std::size_t bytes = 0;
    std::string reason;
};

/// The socket belongs to somebody else, who keeps it open as long as this lives and ignores
/// SIGPIPE.
class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    virtual Progress handshake() = 0;
    virtual Progress read(std::span<char> buffer) = 0;
    /// Writes as much of the outbox' beginning as goes at once; consumes nothing.
    virtual Progress write(const Outbox& outbox) = 0;
    /// Tells the peer that nothing more comes.
    virtual void finish() = 0;
    /// Whether read bytes wait in here, where no readiness event tells of them.
    virtual bool holds_bytes() const = 0;
    /// The common name of the peer's verified certificate, or empty.
    virtual std::string common_name() const = 0;
    /// Whether the peer's certificate, if it has one, still passes. Errors: denied.
    virtual Expected<void> check_peer(const TlsContext& context) const = 0;
};

std::unique_ptr<Stream> make_plain_stream(int socket);
/// Null when OpenSSL has no memory.
std::unique_ptr<Stream> make_tls_stream(int socket, const TlsContext& context);

}  // namespace mco::broker
