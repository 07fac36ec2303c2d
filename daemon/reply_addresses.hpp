// Where replies may go: nobody can make a node publish to a destination of his choice (protocol
// §13.1 row 12).
#pragma once

#include "core/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::daemon {

/// The beginnings of acceptable reply addresses: those that clients of the node's collectives use
/// with its connector (protocol §2.4, §2.5), and those that `plugin.daemon.reply_to` adds,
/// separated by commas.
class ReplyAddresses {
  public:
    explicit ReplyAddresses(const config::Config& config);

    /// Whether the address begins as it should, and a single name follows. Any thread.
    bool allow(std::string_view address) const;

  private:
    std::vector<std::string> prefixes_;
};

}  // namespace mco::daemon
