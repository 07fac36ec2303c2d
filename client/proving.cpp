#include "client/proving.hpp"

#include <algorithm>
#include <atomic>

namespace mco::client {

/// What is proven together. Everything in it outlives the time that threads look at it.
struct ProvingCrew::Batch {
    const std::vector<message::Delivery>& deliveries;
    const message::AwaitedIds& awaited;
    TimePoint now;
    std::vector<Proof>& proofs;         // each is written by the thread that has taken its number
    std::atomic<std::size_t> next = 0;  // number that nobody has taken yet
};

ProvingCrew::~ProvingCrew() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    called_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

std::vector<ProvingCrew::Proof> ProvingCrew::prove(const std::vector<message::Delivery>& deliveries,
                                                   const message::AwaitedIds& awaited,
                                                   TimePoint now) {
    std::vector<Proof> proofs(deliveries.size());
    Batch batch{deliveries, awaited, now, proofs};
    if (size_ > 1 && deliveries.size() >= worth_sharing)
        share(batch);
    else
        work(batch);
    return proofs;
}

void ProvingCrew::share(Batch& batch) {
    while (threads_.size() + 1 < size_)
        threads_.emplace_back([this] { serve(); });
    {
        const std::lock_guard lock(mutex_);
        batch_ = &batch;
        ++calls_;
    }
    called_.notify_all();
    work(batch);
    std::unique_lock lock(mutex_);
    batch_ = nullptr;  // who wakes up only now finds nothing
    finished_.wait(lock, [this] { return working_ == 0; });
}

void ProvingCrew::work(Batch& batch) const {
    const auto count = batch.deliveries.size();
    for (auto i = batch.next.fetch_add(1); i < count; i = batch.next.fetch_add(1))
        batch.proofs[i] = provider_.prove_reply(batch.deliveries[i], batch.awaited, batch.now);
}

void ProvingCrew::serve() {
    std::unique_lock lock(mutex_);
    for (std::size_t seen = 0;;) {
        called_.wait(lock, [&] { return over_ || (batch_ != nullptr && calls_ != seen); });
        if (over_)
            return;
        seen = calls_;
        auto& batch = *batch_;
        ++working_;
        lock.unlock();
        work(batch);
        lock.lock();
        if (--working_ == 0)
            finished_.notify_one();
    }
}

}  // namespace mco::client
