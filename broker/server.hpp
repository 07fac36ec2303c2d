// The broker as a whole: listens, accepts, ticks, reloads, reports and stops.
#pragma once

#include "broker/hub.hpp"
#include "broker/logins.hpp"
#include "broker/settings.hpp"
#include "system/asio.hpp"
#include "system/files.hpp"
#include "system/status_file.hpp"
#include "transport/metrics/endpoint.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mco::broker {

/// I/O thread only.
class Server {
  public:
    /// Loop, pool, hub and settings outlive it; see Logins about the pool.
    Server(asio::io_context& loop, asio::thread_pool& pool, Hub& hub, const Settings& settings);

    /// Reads users and certificates, listens, writes the port file. Errors: those of
    /// load_users() and make_tls_context(); io.
    Expected<void> start();
    /// Reads users and certificates, and does nothing else of what start() does. Errors: the same,
    /// but for those of listening and writing.
    Expected<void> check();
    /// Reads users and certificates again. What cannot be read stays as it was, and the log says
    /// so. Connections are ended whose user is gone or has another password, and whose certificate
    /// would not be accepted any more.
    void reload();
    /// Logs the counters and writes the status file.
    void report();
    /// Says goodbye to every peer; the loop runs out of work soon after.
    void stop();

    /// `tcp ADDRESS:PORT` or `tls ADDRESS:PORT` per listening socket, as in the port file.
    const std::vector<std::string>& listening() const { return listening_; }

  private:
    using Stamps = std::vector<std::optional<system::FileStamp>>;

    Expected<void> load();
    Stamps stamps() const;
    void reload_if_changed();
    void tell_rights() const;
    Expected<void> listen(const Endpoint& endpoint);
    Expected<void> open(asio::ip::tcp::endpoint address, bool tls);
    asio::awaitable<void> accept_all(std::size_t index);
    bool make_room();
    void accept(asio::ip::tcp::socket socket, bool tls);
    asio::awaitable<void> tick();
    Expected<void> watch();
    StatusReport status() const;
    void write_status();

    asio::io_context& loop_;
    Hub& hub_;
    const Settings& settings_;
    Logins logins_;
    TlsContext tls_;
    std::unique_ptr<system::StatusFile> status_file_;  // null: none
    std::unique_ptr<metrics::Endpoint> metrics_;       // null: none
    std::vector<asio::ip::tcp::acceptor> acceptors_;
    std::vector<std::string> listening_;
    asio::steady_timer timer_;
    TimePoint started_;
    Monotonic status_due_;
    Monotonic sum_up_due_;
    Stamps loaded_;  // of the files as they were before the last attempt to read them
    Stamps seen_;    // at the last look
    Monotonic refresh_due_;
    bool stopping_ = false;
};

}  // namespace mco::broker
