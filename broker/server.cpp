#include "broker/server.hpp"

#include "broker/connection.hpp"
#include "broker/figures.hpp"
#include "system/resident_memory.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace mco::broker {

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds tick_interval = 500ms;
constexpr std::chrono::milliseconds sum_up_interval = 5s;
constexpr std::chrono::milliseconds pause_without_descriptors = 100ms;

std::string describe(const tcp::endpoint& address) {
    const std::string host = address.address().to_string();
    const std::string port = std::to_string(address.port());
    return address.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

/// Small messages leave at once, and peers that vanished without a word are noticed within about
/// two minutes even without heart-beats. Failures do no harm: the socket works, only less well.
void tune(tcp::socket& socket) {
    const int handle = socket.native_handle();
    ::fcntl(handle, F_SETFD, FD_CLOEXEC);
    SystemError ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const int idle_seconds = 60, interval_seconds = 15, probes = 4;
    ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
    ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof interval_seconds);
    ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

std::string lines(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts)
        result += text + "\n";
    return result;
}

}  // namespace

Server::Server(asio::io_context& loop, asio::thread_pool& pool, Hub& hub, const Settings& settings)
    : loop_(loop),
      hub_(hub),
      settings_(settings),
      logins_(loop, pool),
      timer_(loop),
      started_(hub.clock.now()),
      status_due_(hub.clock.monotonic()),
      sum_up_due_(hub.clock.monotonic() + sum_up_interval),
      refresh_due_(hub.clock.monotonic() + settings.refresh) {}

Expected<void> Server::start() {
    MCO_CHECK(load());
    for (const Endpoint& endpoint : settings_.endpoints)
        MCO_CHECK(listen(endpoint));
    if (!settings_.port_file.empty())
        MCO_CHECK(system::write_file_atomically(settings_.port_file, lines(listening_)));
    MCO_CHECK(watch());
    for (std::size_t i = 0; i < acceptors_.size(); ++i)
        asio::co_spawn(loop_, accept_all(i), asio::detached);
    asio::co_spawn(loop_, tick(), asio::detached);
    for (const std::string& text : listening_)
        hub_.log.info("listening on {}", text);
    tell_rights();
    return {};
}

Expected<void> Server::check() {
    MCO_CHECK(load());
    tell_rights();
    return {};
}

/// For those who watch the broker.
Expected<void> Server::watch() {
    if (!settings_.status_file.empty()) {
        MCO_TRY(file, system::StatusFile::open(settings_.status_file, hub_.log));
        status_file_ = std::move(file);
    }
    if (settings_.metrics) {
        const auto text = [this] { return metrics::to_text("mco_broker", to_families(status())); };
        MCO_TRY(endpoint, metrics::Endpoint::listen(loop_, *settings_.metrics, text, hub_.log));
        metrics_ = std::move(endpoint);
    }
    return {};
}

void Server::tell_rights() const {
    if (settings_.rights == RightsSource::certificate)
        hub_.log.info("rights follow from certificates: clients are {}, all others nodes",
                      fmt::join(settings_.callers, ", "));
    else if (settings_.users.empty())
        hub_.log.warn("no users file: every peer that can connect may read and send everything");
}

Expected<void> Server::load() {
    loaded_ = stamps();
    std::optional<CertificateRights> certificates;
    if (settings_.rights == RightsSource::certificate) {
        MCO_TRY(created, CertificateRights::create(settings_.callers));
        certificates = std::move(created);
    }
    std::optional<Users> users;
    if (!settings_.users.empty()) {
        MCO_TRY(loaded, load_users(settings_.users));
        if (loaded.empty() && settings_.rights != RightsSource::certificate)
            return fail(Errc::invalid, settings_.users + " names nobody: nobody could log in");
        users = std::move(loaded);
    }
    const auto& endpoints = settings_.endpoints;
    if (std::any_of(endpoints.begin(), endpoints.end(), [](const Endpoint& e) { return e.tls; })) {
        MCO_TRY(context, make_tls_context(settings_.tls));
        tls_ = std::move(context);
    }
    if (users)
        logins_.use(*std::move(users));
    if (certificates)
        logins_.use(*std::move(certificates));
    return {};
}

Expected<void> Server::listen(const Endpoint& endpoint) {
    tcp::resolver resolver(loop_);
    SystemError error;
    const auto found =
        resolver.resolve(endpoint.host, endpoint.port, tcp::resolver::passive, error);
    if (error)
        return fail(Errc::io, "cannot resolve " + endpoint.host + ": " + error.message());
    // A name may have several addresses: all of them get the same port, and one has to work.
    unsigned short port = 0;
    Expected<void> first_failure;
    for (const auto& entry : found) {
        tcp::endpoint address = entry.endpoint();
        if (address.port() == 0)
            address.port(port);
        if (auto opened = open(address, endpoint.tls); opened)
            port = acceptors_.back().local_endpoint(error).port();
        else if (first_failure)
            first_failure = std::move(opened);
    }
    return port != 0 ? Expected<void>() : first_failure;
}

Expected<void> Server::open(tcp::endpoint address, bool tls) {
    tcp::acceptor acceptor(loop_);
    SystemError error;
    acceptor.open(address.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && address.address().is_v6())
        acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error)
        acceptor.bind(address, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(Errc::io, "cannot listen on " + describe(address) + ": " + error.message());
    ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
    listening_.push_back((tls ? "tls " : "tcp ") + describe(acceptor.local_endpoint(error)));
    acceptors_.push_back(std::move(acceptor));
    return {};
}

asio::awaitable<void> Server::accept_all(std::size_t index) {
    const bool tls = listening_[index].starts_with("tls");
    tcp::acceptor& acceptor = acceptors_[index];
    while (acceptor.is_open()) {
        SystemError error;
        tcp::socket socket =
            co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            accept(std::move(socket), tls);
        } else if (acceptor.is_open()) {
            // Usually no descriptor is left: the waiting peer stays in the queue, so do not spin.
            ++hub_.counters.connections_refused;
            hub_.peers.note(system::Level::warn,
                            PeerLog::Of::strangers,
                            "cannot accept a connection",
                            error.message());
            asio::steady_timer pause(loop_, pause_without_descriptors);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

/// Of those who do not log in the one goes that has been there for longest.
bool Server::make_room() {
    Connection* oldest = nullptr;
    for (Connection* const connection : hub_.connections)
        if (connection->is_idle_stranger() &&
            (oldest == nullptr || connection->since() < oldest->since()))
            oldest = connection;
    if (oldest != nullptr)
        oldest->make_room();
    return oldest != nullptr;
}

void Server::accept(tcp::socket socket, bool tls) {
    if (hub_.connections.size() >= settings_.max_connections && !make_room()) {
        ++hub_.counters.connections_refused;
        hub_.peers.note(system::Level::warn,
                        PeerLog::Of::strangers,
                        "refused a connection",
                        fmt::format("there are {} already", settings_.max_connections));
        return;
    }
    ++hub_.counters.connections_accepted;
    tune(socket);
    auto connection =
        std::make_shared<Connection>(hub_, logins_, std::move(socket), tls ? tls_ : TlsContext());
    asio::co_spawn(loop_, Connection::run(std::move(connection)), asio::detached);
}

asio::awaitable<void> Server::tick() {
    while (!stopping_ || !hub_.connections.empty()) {
        SystemError ignored;
        timer_.expires_after(tick_interval);
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        hub_.counters.bytes_held = hub_.backlog.bytes();
        // A tick closes connections but destroys none: that is for their own coroutines, later.
        for (Connection* connection : hub_.connections)
            connection->on_tick();
        write_all(hub_);
        if (hub_.clock.monotonic() >= sum_up_due_) {
            sum_up_due_ = hub_.clock.monotonic() + sum_up_interval;
            hub_.peers.sum_up();
        }
        if (settings_.refresh > 0ms && hub_.clock.monotonic() >= refresh_due_)
            reload_if_changed();
        if (status_file_ && hub_.clock.monotonic() >= status_due_)
            write_status();
    }
    if (status_file_)
        write_status();
}

StatusReport Server::status() const {
    StatusReport status;
    status.version = MCO_VERSION;
    status.pid = ::getpid();
    status.started = started_.time_since_epoch().count();
    status.written = hub_.clock.now().time_since_epoch().count();
    status.resident = system::resident_memory();
    status.counters = hub_.counters;
    return status;
}

void Server::write_status() {
    status_due_ = hub_.clock.monotonic() + settings_.status_interval;
    status_file_->write(to_json(status()));
}

void Server::report() {
    hub_.counters.bytes_held = hub_.backlog.bytes();
    hub_.log.info("counters: {}", to_text(hub_.counters));
    if (status_file_)
        write_status();
}

void Server::reload() {
    if (const auto loaded = load(); !loaded) {
        hub_.log.error("users and certificates stay as they were: {}", loaded.error().message);
        return;
    }
    hub_.log.info("users and certificates were read again");
    for (Connection* connection : hub_.connections)
        connection->recheck(tls_);
    write_all(hub_);
}

Server::Stamps Server::stamps() const {
    const TlsSettings& tls = settings_.tls;
    Stamps result;
    for (const std::string* path :
         {&settings_.users, &tls.certificate, &tls.key, &tls.ca, &tls.crl})
        result.push_back(path->empty() ? std::nullopt : system::stamp(*path));
    return result;
}

void Server::reload_if_changed() {
    refresh_due_ = hub_.clock.monotonic() + settings_.refresh;
    // Whoever writes a file in place has until the next look to finish.
    const Stamps before = std::exchange(seen_, stamps());
    if (before == seen_ && seen_ != loaded_)
        reload();
}

void Server::stop() {
    if (std::exchange(stopping_, true))
        return;
    hub_.log.info("stopping with {} connections", hub_.connections.size());
    metrics_.reset();
    SystemError ignored;
    for (tcp::acceptor& acceptor : acceptors_)
        acceptor.close(ignored);
    for (Connection* connection : hub_.connections)
        connection->close("the broker is shutting down");
    write_all(hub_);
    timer_.cancel();
}

}  // namespace mco::broker
