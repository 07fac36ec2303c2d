// What a running daemon tells those who watch it: a status file, and metrics on request.
#pragma once

#include "core/config/config.hpp"
#include "daemon/daemon.hpp"
#include "system/asio.hpp"
#include "system/log.hpp"
#include "system/status_file.hpp"
#include "transport/metrics/endpoint.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace mco::daemon {

/// I/O thread only. Off, and without any cost, unless it is configured.
class Monitoring {
  public:
    struct Settings {
        std::optional<std::string> status_file;    ///< path
        std::chrono::seconds status_interval{10};  ///< how often it is written
        std::optional<metrics::Address> metrics;
    };

    /// Everything outlives it.
    struct Parts {
        asio::io_context& io;
        const Daemon& daemon;
        system::Log& log;
    };

    /// The settings `plugin.daemon.status_file`, `.status_interval` and `.metrics`; `status_file`
    /// of the command line wins. Errors: invalid, denied; they name the setting and its origin.
    static Expected<Settings> settings(const config::Config& config,
                                       const std::optional<std::string>& status_file);

    /// Opens what is needed, and tells nothing yet. Errors: those of StatusFile::open().
    static Expected<std::unique_ptr<Monitoring>> make(const Parts& parts, Settings settings);

    Monitoring(const Monitoring&) = delete;
    Monitoring& operator=(const Monitoring&) = delete;
    /// Writes the file a last time.
    ~Monitoring();

    /// Listens, and writes the file for the first time. Errors: those of Endpoint::listen().
    Expected<void> start();

    /// Writes the file now, if there is one.
    void write_status() const;

  private:
    Monitoring(const Parts& parts, Settings settings, std::unique_ptr<system::StatusFile> file)
        : parts_(parts), settings_(std::move(settings)), file_(std::move(file)), timer_(parts.io) {}

    void tick();

    const Parts parts_;
    const Settings settings_;
    const std::unique_ptr<system::StatusFile> file_;  ///< null: none
    std::unique_ptr<metrics::Endpoint> endpoint_;     ///< null: none
    asio::steady_timer timer_;
    bool started_ = false;
};

}  // namespace mco::daemon
