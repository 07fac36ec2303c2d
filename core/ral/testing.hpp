// For tests: resources in one line.
#pragma once

#include "core/ral/resource.hpp"

#include <string>
#include <utility>

namespace mco::ral::examples {

inline Resource resource(std::string type, std::string title, Map parameters = {}) {
    return {std::move(type), std::move(title), std::move(parameters), {}, false};
}

/// With what differs from node to node, and a secret.
inline Resource gopher() {
    return resource("user",
                    "gopher",
                    {{"ensure", "present"},
                     {"home", "/var/gopher"},
                     {"uid", 13},
                     {"gid", 30},
                     {"password", "*"},
                     {"password_max_age", 99999},
                     {"groups", Array{"wheel", "adm"}}});
}

}  // namespace mco::ral::examples
