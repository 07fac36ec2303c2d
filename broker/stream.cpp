#include "broker/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace mco::broker {

namespace {

using Status = Progress::Status;

constexpr std::size_t pieces_at_once = 64;
/// One TLS record. Small pieces are copied together up to here: a record for each costs more.
constexpr std::size_t record_size = 16384;

Progress moved(std::size_t bytes) {
    return {Status::done, bytes, {}};
}

/// After recv or send said -1.
Progress not_moved(Status would_block) {
    if (errno == EAGAIN || errno == EINTR)
        return {would_block, 0, {}};
    return {Status::failed, 0, std::strerror(errno)};
}

class PlainStream final : public Stream {
  public:
    explicit PlainStream(int socket) : socket_(socket) {}

    Progress handshake() override { return moved(0); }

    Progress read(std::span<char> buffer) override {
        const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count == 0)
            return {Status::ended, 0, {}};
        return count < 0 ? not_moved(Status::wants_read) : moved(static_cast<std::size_t>(count));
    }

    Progress write(const Outbox& outbox) override {
        std::array<iovec, pieces_at_once> vectors;
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = outbox.gather(vectors);
        const ssize_t count = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
        return count < 0 ? not_moved(Status::wants_write) : moved(static_cast<std::size_t>(count));
    }

    void finish() override { ::shutdown(socket_, SHUT_WR); }

    bool holds_bytes() const override { return false; }

    std::string common_name() const override { return {}; }

    Expected<void> check_peer(const TlsContext&) const override { return {}; }

  private:
    int socket_;
};

class TlsStream final : public Stream {
  public:
    TlsStream(int socket, const TlsContext& context)
        : socket_(socket), connection_(SSL_new(context.get()), SSL_free) {}

    bool start() {
        if (!connection_ || SSL_set_fd(connection_.get(), socket_) != 1)
            return false;
        SSL_set_accept_state(connection_.get());
        return true;
    }

    Progress handshake() override {
        ERR_clear_error();
        const int result = SSL_do_handshake(connection_.get());
        if (result != 1)
            return not_done(result);
        // Without session tickets nothing of ours follows the client's last handshake message. A
        // client with Nagle's algorithm on holds its CONNECT until that is acknowledged: 40 ms.
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
        return moved(0);
    }

    Progress read(std::span<char> buffer) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(connection_.get(), buffer.data(), buffer.size(), &count);
        return result == 1 ? moved(count) : not_done(result);
    }

    Progress write(const Outbox& outbox) override {
        std::array<iovec, pieces_at_once> vectors;
        const std::size_t used = outbox.gather(vectors);
        std::array<char, record_size> record;
        std::string_view bytes = first_record(std::span(vectors).first(used), record);
        // A repeated write has to offer at least what the refused one did, and the outbox may only
        // have grown since: so the refused size is what counts.
        if (refused_ != 0)
            bytes = bytes.substr(0, refused_);
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &count);
        refused_ = result == 1 ? 0 : bytes.size();
        return result == 1 ? moved(count) : not_done(result);
    }

    void finish() override {
        ERR_clear_error();
        if (SSL_is_init_finished(connection_.get()) == 1 && refused_ == 0)
            SSL_shutdown(connection_.get());
        ERR_clear_error();
        ::shutdown(socket_, SHUT_WR);
    }

    bool holds_bytes() const override { return SSL_pending(connection_.get()) > 0; }

    std::string common_name() const override { return verified_common_name(connection_.get()); }

    Expected<void> check_peer(const TlsContext& context) const override {
        return check_peer_again(connection_.get(), context);
    }

  private:
    Progress not_done(int result) {
        switch (SSL_get_error(connection_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return {Status::wants_read, 0, {}};
            case SSL_ERROR_WANT_WRITE:
                return {Status::wants_write, 0, {}};
            case SSL_ERROR_ZERO_RETURN:
                return {Status::ended, 0, {}};
            case SSL_ERROR_SYSCALL:
                return {Status::failed, 0, errno != 0 ? std::strerror(errno) : "closed"};
            default:
                return {Status::failed, 0, take_tls_errors()};
        }
    }

    /// The first piece as it is when it fills a record, otherwise copies of the first few.
    static std::string_view first_record(std::span<const iovec> pieces,
                                         std::span<char, record_size> record) {
        const auto* const first = static_cast<const char*>(pieces.front().iov_base);
        if (pieces.size() == 1 || pieces.front().iov_len >= record_size)
            return {first, std::min(pieces.front().iov_len, record_size)};
        std::size_t filled = 0;
        for (const iovec& piece : pieces) {
            const std::size_t size = std::min(piece.iov_len, record_size - filled);
            std::memcpy(record.data() + filled, piece.iov_base, size);
            filled += size;
        }
        return {record.data(), filled};
    }

    int socket_;
    std::unique_ptr<SSL, void (*)(SSL*)> connection_;
    std::size_t refused_ = 0;  // bytes of the write that has to be repeated
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int socket) {
    return std::make_unique<PlainStream>(socket);
}

std::unique_ptr<Stream> make_tls_stream(int socket, const TlsContext& context) {
    auto stream = std::make_unique<TlsStream>(socket, context);
    if (!stream->start())
        return nullptr;
    return stream;
}

}  // namespace mco::broker
