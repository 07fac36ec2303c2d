#include "daemon/upkeep.hpp"

#include <utility>

namespace mco::daemon {
namespace {

constexpr auto look_every = std::chrono::seconds(2);
/// A slow `facter` must not keep a node from registering.
constexpr auto longest_wait_for_facts = std::chrono::seconds(5);

}  // namespace

Upkeep::Upkeep(const Parts& parts, std::vector<std::unique_ptr<facts::Source>> sources)
    : parts_(parts),
      facts_(std::move(sources), parts.config.fact_cache_time, parts.log),
      classes_(parts.config.classesfile),
      timer_(parts.io),
      patience_(parts.io),
      lifeline_(std::make_shared<Lifeline>()),
      alive_(std::make_shared<Upkeep*>(this)) {}

Upkeep::~Upkeep() {
    lifeline_->close();
}

void Upkeep::start(std::function<void()> ready) {
    ready_ = std::move(ready);
    patience_.expires_after(longest_wait_for_facts);
    patience_.async_wait([alive = std::weak_ptr(alive_)](SystemError error) {
        if (const auto there = alive.lock(); there && !error)
            (*there)->become_ready();
    });
    tick();
}

void Upkeep::tick() {
    refresh();
    timer_.expires_after(look_every);
    timer_.async_wait([alive = std::weak_ptr(alive_)](SystemError error) {
        if (const auto there = alive.lock(); there && !error)
            (*there)->tick();
    });
}

void Upkeep::become_ready() {
    patience_.cancel();
    if (const auto ready = std::exchange(ready_, nullptr))
        ready();
}

void Upkeep::refresh() {
    refresh_credentials();
    again_ = reading_;
    if (reading_)
        return;
    reading_ = parts_.workers.try_post(
        [lifeline = lifeline_, alive = std::weak_ptr(alive_), upkeep = this] {
            if (!lifeline->enter())
                return;
            upkeep->read();
            asio::post(upkeep->parts_.io, [alive] {
                const auto there = alive.lock();
                if (!there)
                    return;
                (*there)->reading_ = false;
                (*there)->become_ready();
                if (std::exchange((*there)->again_, false))
                    (*there)->refresh();
            });
            lifeline->leave();
        });
}

void Upkeep::refresh_credentials() {
    if (!parts_.watcher)
        return;
    for (const auto& sentence : parts_.watcher->news())
        parts_.log.warn("{}", sentence);
    const auto changed = parts_.watcher->refresh();
    if (!changed)
        parts_.log.error("New credentials cannot be used, the old ones stay: {}",
                         changed.error().message);
    if (!changed || !*changed)
        return;
    parts_.node.renew_trusted_facts();
    parts_.log.info("New credentials are in use");
}

void Upkeep::read() {
    if (facts_.refresh(parts_.clock.now()))
        parts_.node.set_facts(facts_.snapshot());
    auto classes = classes_.read_if_changed();
    if (!classes)
        parts_.log.warn("Classes: {}", classes.error().message);
    // Those that were there before stay: without them `not` would hold for everything.
    else if (*classes)
        parts_.node.set_classes(**std::move(classes));
}

}  // namespace mco::daemon
