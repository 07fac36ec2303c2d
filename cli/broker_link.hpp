// The production way to the broker: made when it is needed, and ended by SIGINT.
#pragma once

#include "cli/application.hpp"
#include "cli/settings.hpp"
#include "core/config/config.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mco::cli {

class BrokerLink final : public client::Link {
  public:
    /// Everything must outlive it. `home`: of the user, where certificates may be. `cache_folder`:
    /// where those of nodes are remembered; empty: nowhere.
    BrokerLink(const config::Config& config,
               const Settings& settings,
               const system::Clock& clock,
               system::Log& log,
               std::optional<std::string> home,
               std::string cache_folder);
    /// Leaves the broker, and remembers the certificates of the nodes that answered.
    ~BrokerLink() override;

    Expected<client::Session*> session() override;

  private:
    struct Line;

    const config::Config& config_;
    const Settings& settings_;
    const system::Clock& clock_;
    system::Log& log_;
    std::optional<std::string> home_;
    std::string cache_folder_;
    std::unique_ptr<Line> line_;
};

/// What to say when no connection came about within `bound`: which brokers were tried, why the last
/// attempt failed (may be empty), and what to look at.
std::string no_connection(const config::Config& config,
                          std::chrono::milliseconds bound,
                          const std::string& why);

}  // namespace mco::cli
