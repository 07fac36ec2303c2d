// What a user may do with destinations: the rules of its role, narrowed to some collectives and
// identities, plus single permissions.
//
//   role    may subscribe to                                may publish to
//   node    /topic/C.A.agent, /topic/C.agents,              /queue/C.reply.…,
//   /topic/C.registration.agent
//           /queue/C.nodes with selector mc_identity = 'I'
//   client  /queue/C.reply.I_PID.SEQ, alone                 /topic/C.A.agent, /topic/C.agents,
//   /queue/C.nodes any     everything                                      everything none nothing
//   nothing
//
// C is one segment (no dots) and one of the user's collectives; I matches the user's identity
// pattern.
#pragma once

#include "broker/destination.hpp"
#include "broker/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::broker {

enum class Role { none, node, client, any };

/// `none`, `node`, `client`, `any`.
std::optional<Role> parse_role(std::string_view text);
std::string_view name(Role role);

/// One `allow` line.
struct Permission {
    enum class Verb { publish, subscribe };
    Verb verb = Verb::publish;
    std::string pattern;  ///< for the whole destination, Star::one_segment
    bool operator==(const Permission&) const = default;
};

struct Rights {
    Role role = Role::none;
    std::string identity;                  ///< pattern, Star::any; empty: any identity
    std::vector<std::string> collectives;  ///< empty: all
    std::vector<Permission> permissions;

    bool operator==(const Rights&) const = default;

    bool may_publish(std::string_view destination) const;
    /// How it may be read; nothing: it may not. `selector` is the subscription's, or null.
    std::optional<Sharing> may_subscribe(std::string_view destination,
                                         const Selector* selector) const;
};

}  // namespace mco::broker
