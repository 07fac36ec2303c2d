#include "broker/peer_log.hpp"

namespace mco::broker {

namespace {

constexpr std::size_t longest_line = 400;

bool continues(char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return std::string(text);
    while (most > 0 && continues(text[most]))
        --most;
    return std::string(text.substr(0, most)) + "…";
}

void PeerLog::note(system::Level level, Of who, std::string_view peer, std::string_view message) {
    const std::string line = shortened(message, longest_line);
    if (level == system::Level::debug)
        return log_.debug("{}: {}", peer, line);
    if (level == system::Level::info)
        return news_.allows(clock_.monotonic()) ? log_.info("{}: {}", peer, line) : void();
    system::RateLimit& warnings = who == Of::users ? of_users_ : of_strangers_;
    if (warnings.allows(clock_.monotonic()))
        log_.warn("{}: {}", peer, line);
}

void PeerLog::sum_up() {
    sum_up(of_strangers_, "peers that are not logged in");
    sum_up(of_users_, "users");
    if (const auto count = news_.take_suppressed(); count > 0)
        log_.info("{} more lines about peers, not logged one by one", count);
}

void PeerLog::sum_up(system::RateLimit& warnings, std::string_view whose) {
    if (const auto count = warnings.take_suppressed(); count > 0)
        log_.warn("{} more warnings about {}, not logged one by one", count, whose);
}

}  // namespace mco::broker
