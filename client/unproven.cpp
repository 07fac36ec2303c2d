#include "client/unproven.hpp"

#include "core/config/literals.hpp"
#include "system/log_text.hpp"

namespace mco::client {

namespace {

constexpr std::size_t most_senders = 10'000;

}  // namespace

void Unproven::add(const Unprovable& dropped) {
    ++count_;
    why_ = dropped.why;
    if (!dropped.sender.empty() && senders_.size() < most_senders)
        senders_.insert_or_assign(dropped.sender, dropped.why);
}

Unprovable unprovable(std::string_view sender, std::string_view why, bool certain) {
    return {config::is_identity(sender) ? std::string(sender) : std::string(),
            system::escaped(why),
            certain};
}

}  // namespace mco::client
