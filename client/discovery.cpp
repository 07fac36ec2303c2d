#include "client/discovery.hpp"

#include <algorithm>

namespace mco::client {

bool DiscoveryWaiter::on_reply(const message::Reply& reply, Monotonic now) {
    window_->on_answer(now);
    if (known_.insert(reply.sender).second)
        names_.push_back(reply.sender);
    return false;
}

std::optional<std::vector<std::string>> named_nodes(const filter::Filter& filter) {
    const auto is_pattern = [](const std::string& identity) { return identity.starts_with('/'); };
    if (filter.identities.empty() ||
        std::any_of(filter.identities.begin(), filter.identities.end(), is_pattern))
        return std::nullopt;
    std::vector<std::string> names;
    for (const auto& name : filter.identities)
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    return names;
}

}  // namespace mco::client
