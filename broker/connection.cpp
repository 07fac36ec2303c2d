#include "broker/connection.hpp"

#include <span>
#include <utility>

#include <poll.h>

namespace mco::broker {

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;
using Status = Progress::Status;

/// How long a peer may take to read our last words and to close its side.
constexpr std::chrono::milliseconds linger = 2s;
/// Reads in a row before others get their turn.
constexpr int reads_in_a_row = 16;
constexpr std::size_t longest_login_told = 64;
/// For a login, before somebody else may take the place.
constexpr std::chrono::milliseconds stranger_grace = 1s;

std::string describe(const tcp::socket& socket) {
    SystemError error;
    const auto peer = socket.remote_endpoint(error);
    if (error)
        return "unknown peer";
    const bool v6 = peer.address().is_v6();
    return (v6 ? "[" : "") + peer.address().to_string() + (v6 ? "]:" : ":") +
           std::to_string(peer.port());
}

}  // namespace

Connection::Connection(Hub& hub, Logins& logins, tcp::socket socket, TlsContext tls)
    : hub_(hub),
      logins_(logins),
      socket_(std::move(socket)),
      peer_(describe(socket_)),
      stream_(tls ? make_tls_stream(socket_.native_handle(), tls)
                  : make_plain_stream(socket_.native_handle())),
      session_(hub.shared, *this, hub.now()) {
    hub_.connections.insert(this);
    hub_.counters.connections = hub_.connections.size();
}

Connection::~Connection() {
    hub_.connections.erase(this);
    hub_.counters.connections = hub_.connections.size();
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
    self->open_ = co_await self->shake_hands();
    if (self->open_)
        co_await self->read_all();
    self->abandon();
    write_all(self->hub_);
}

asio::awaitable<bool> Connection::shake_hands() {
    while (stream_ != nullptr) {
        const Progress progress = stream_->handshake();
        if (progress.status == Status::done)
            co_return true;
        if (progress.status == Status::ended || progress.status == Status::failed) {
            ++hub_.counters.tls_failed;
            note(system::Level::warn, "TLS handshake failed: " + progress.reason);
            break;
        }
        co_await wait_to_read(progress.status);
        if (!socket_.is_open())
            break;
    }
    co_return false;
}

asio::awaitable<void> Connection::read_all() {
    const std::span<char> buffer = hub_.read_buffer;
    for (int reads = 1;; ++reads) {
        const Progress progress = stream_->read(buffer);
        if (!on_progress(progress, {buffer.data(), progress.bytes}))
            co_return;
        while (login_pending_)
            co_await login_checked();
        if (!socket_.is_open())
            co_return;
        const bool more = progress.bytes == buffer.size() || stream_->holds_bytes();
        if (more && reads < reads_in_a_row)
            continue;
        reads = 0;
        if (stream_->holds_bytes())
            co_await asio::post(asio::use_awaitable);
        else
            co_await wait_to_read(progress.status);
        if (!socket_.is_open())
            co_return;
    }
}

/// What the peer sends before its login is through waits in the kernel.
asio::awaitable<void> Connection::login_checked() {
    SystemError ignored;
    login_wait_.emplace(socket_.get_executor(), Monotonic::max());
    co_await login_wait_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    login_wait_.reset();
}

/// An error shows at the next read.
asio::awaitable<void> Connection::wait_to_read(Status status) {
    SystemError ignored;
    const auto event =
        status == Status::wants_write ? tcp::socket::wait_write : tcp::socket::wait_read;
    co_await socket_.async_wait(event, asio::redirect_error(asio::use_awaitable, ignored));
}

/// False when the connection is over.
bool Connection::on_progress(const Progress& progress, std::string_view bytes) {
    switch (progress.status) {
        case Status::done:
            session_.on_bytes(bytes, hub_.now());
            write_all(hub_);
            return socket_.is_open();
        case Status::wants_read:
        case Status::wants_write:
            return true;
        case Status::failed:
            note(system::Level::debug, "connection lost: " + progress.reason);
            return false;
        case Status::ended:
            break;
    }
    return false;
}

void Connection::write() {
    noted_ = false;
    if (waiting_ || finished_ || !socket_.is_open())
        return;
    if (!open_)  // nothing can be said before the handshake
        return session_.state() == Session::State::closing ? abandon() : void();
    while (!session_.outbox().empty()) {
        const Progress progress = stream_->write(session_.outbox());
        if (progress.status == Status::wants_write)
            return wait_to_write(tcp::socket::wait_write);
        if (progress.status == Status::wants_read)
            return wait_to_write(tcp::socket::wait_read);
        if (progress.status != Status::done)
            return abandon();
        session_.on_written(progress.bytes, hub_.now());
    }
    if (session_.state() == Session::State::closing)
        finish();
}

void Connection::wait_to_write(tcp::socket::wait_type event) {
    waiting_ = true;
    socket_.async_wait(event, [self = shared_from_this()](const SystemError& error) {
        self->waiting_ = false;
        if (!error)
            self->write();
    });
}

/// Nothing more to say. The socket stays until the peer has closed its side too, because closing a
/// socket with unread bytes would take our last words from the peer.
void Connection::finish() {
    finished_ = true;
    stream_->finish();
}

void Connection::abandon() {
    SystemError ignored;
    socket_.close(ignored);
}

/// Nobody reads while a login is checked, so nobody would notice.
bool Connection::peer_left() const {
    pollfd look{const_cast<tcp::socket&>(socket_).native_handle(), POLLRDHUP, 0};
    return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void Connection::give_up_login() {
    if (login_ticket_)
        logins_.give_up(*std::exchange(login_ticket_, std::nullopt));
    login_pending_ = false;
    if (login_wait_)
        login_wait_->cancel();
}

void Connection::on_tick() {
    const Instant now = hub_.now();
    session_.on_tick(now);
    if (login_pending_ && session_.state() == Session::State::closing)
        give_up_login();
    if (login_pending_ && peer_left()) {
        ++hub_.counters.logins_unchecked;
        give_up_login();
        return abandon();
    }
    if (session_.state() != Session::State::closing)
        return;
    if (!closing_since_)
        closing_since_ = now.steady;
    else if (now.steady - *closing_since_ >= linger)
        abandon();
}

void Connection::recheck(const TlsContext& tls) {
    if (stream_ == nullptr)
        return;
    if (!open_)  // hands are being shaken under the old lists: the peer shall begin again
        return abandon();
    if (const auto checked = stream_->check_peer(tls); !checked) {
        const std::string why = "the certificate is not accepted any more: ";
        note(system::Level::warn,
             stream_->common_name() + " was disconnected: " + why + checked.error().message);
        return session_.close(why + checked.error().message);
    }
    if (const AccountPtr& account = session_.account())
        session_.on_account_changed(logins_.current(account));
}

bool Connection::is_idle_stranger() const {
    return session_.account() == nullptr && hub_.now().steady - session_.since() >= stranger_grace;
}

Monotonic Connection::since() const {
    return session_.since();
}

void Connection::make_room() {
    ++hub_.counters.connections_refused;
    give_up_login();
    abandon();
}

void Connection::close(std::string_view why) {
    session_.close(why);
}

void Connection::attention() {
    if (noted_)
        return;
    noted_ = true;
    hub_.attentive.push_back(shared_from_this());
}

void Connection::authenticate(Credentials credentials) {
    const std::string login = shortened(credentials.login, longest_login_told);
    login_pending_ = true;
    auto done = [self = shared_from_this(), login](Expected<AccountPtr> outcome) {
        self->on_login(std::move(outcome), login);
    };
    login_ticket_ = logins_.check(std::move(credentials), stream_->common_name(), std::move(done));
}

std::string Connection::why_login_failed(const std::string& login) const {
    const std::string name = stream_->common_name();
    if (name.empty())
        return "login failed for user '" + login + "'" +
               (login.empty() ? ", and there is no certificate with one plain common name" : "");
    return login.empty() ? "login failed: the certificate " + name + " has no rights here"
                         : "login failed for user '" + login + "' with the certificate " + name;
}

void Connection::on_login(Expected<AccountPtr> outcome, const std::string& login) {
    if (!login_pending_)  // given up meanwhile
        return;
    login_ticket_.reset();
    give_up_login();
    if (!outcome) {
        session_.on_login_unchecked(outcome.error().message);
    } else {
        // The users file may have been read again while the password was checked.
        const AccountPtr account = *outcome ? logins_.current(*outcome) : nullptr;
        if (!account)
            note(system::Level::warn, why_login_failed(login));
        session_.on_login(account, hub_.now());
    }
    write_all(hub_);
}

void Connection::note(system::Level level, const std::string& message) {
    hub_.peers.note(
        level, session_.account() ? PeerLog::Of::users : PeerLog::Of::strangers, peer_, message);
}

void write_all(Hub& hub) {
    // Writing never makes new work for others, but a failed write may end a session: an index, not
    // an iterator.
    for (std::size_t i = 0; i < hub.attentive.size(); ++i) {
        const std::shared_ptr<Connection> connection = std::move(hub.attentive[i]);
        connection->write();
    }
    hub.attentive.clear();
}

}  // namespace mco::broker
