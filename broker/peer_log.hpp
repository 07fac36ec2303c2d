// What peers make the broker log: each line is cut, and a flood of them is summed up.
#pragma once

#include "system/clock.hpp"
#include "system/log.hpp"
#include "system/rate_limit.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::broker {

/// At most `most` bytes of it, with an ellipsis if some are missing. Ends between characters.
std::string shortened(std::string_view text, std::size_t most);

/// I/O thread only.
class PeerLog {
  public:
    /// Both outlive it.
    PeerLog(system::Log& log, const system::Clock& clock) : log_(log), clock_(clock) {}

    /// Strangers have a share of their own: they shall not hide what users do.
    enum class Of { strangers, users };

    void note(system::Level level, Of who, std::string_view peer, std::string_view message);
    /// Tells how many lines were left out since it told last. To be called now and then.
    void sum_up();

  private:
    void sum_up(system::RateLimit& warnings, std::string_view whose);

    system::Log& log_;
    const system::Clock& clock_;
    system::RateLimit of_strangers_;
    system::RateLimit of_users_;
    /// A thousand nodes may come back at once, and each login is worth a line.
    system::RateLimit news_{2000, 50};
};

}  // namespace mco::broker
