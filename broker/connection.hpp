// One accepted connection: moves bytes between a socket and its session, and ends both together.
#pragma once

#include "broker/hub.hpp"
#include "broker/logins.hpp"
#include "broker/stream.hpp"
#include "system/asio.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mco::broker {

/// I/O thread only. Owned by its own coroutine; whoever else holds it does so for a moment.
class Connection final : public SessionHost, public std::enable_shared_from_this<Connection> {
  public:
    /// Hub and logins outlive it. `tls` is null for a plain connection.
    Connection(Hub& hub, Logins& logins, asio::ip::tcp::socket socket, TlsContext tls);
    ~Connection() override;

    /// Shakes hands, then reads until either side ends it.
    static asio::awaitable<void> run(std::shared_ptr<Connection> self);

    /// Writes what the session has ready, as far as that goes without waiting.
    void write();
    /// Heart-beats and timeouts.
    void on_tick();
    /// Asks again who this is: users, authorities and revocation lists may have changed.
    void recheck(const TlsContext& tls);
    /// Not logged in though there was time: others may have its place.
    bool is_idle_stranger() const;
    /// When its session's state began.
    Monotonic since() const;
    /// Ends it at once, for others.
    void make_room();
    /// Says goodbye and closes as soon as that is written.
    void close(std::string_view why);

    void attention() override;
    void authenticate(Credentials credentials) override;
    void note(system::Level level, const std::string& message) override;

  private:
    asio::awaitable<bool> shake_hands();
    asio::awaitable<void> read_all();
    asio::awaitable<void> login_checked();
    bool peer_left() const;
    void give_up_login();
    asio::awaitable<void> wait_to_read(Progress::Status status);
    void on_login(Expected<AccountPtr> outcome, const std::string& login);
    std::string why_login_failed(const std::string& login) const;
    bool on_progress(const Progress& progress, std::string_view bytes);
    void wait_to_write(asio::ip::tcp::socket::wait_type event);
    void finish();
    void abandon();

    Hub& hub_;
    Logins& logins_;
    asio::ip::tcp::socket socket_;
    std::string peer_;
    std::unique_ptr<Stream> stream_;  // uses socket_
    Session session_;
    bool open_ = false;      // hands are shaken
    bool noted_ = false;     // among the hub's attentive
    bool waiting_ = false;   // for the socket, to write more
    bool finished_ = false;  // nothing more will be written
    bool login_pending_ = false;
    std::optional<PasswordChecks::Ticket> login_ticket_;  // of a slow check
    std::optional<asio::steady_timer> login_wait_;        // cancelled when the login was checked
    std::optional<Monotonic> closing_since_;
};

/// Lets every connection that asked for attention write.
void write_all(Hub& hub);

}  // namespace mco::broker
