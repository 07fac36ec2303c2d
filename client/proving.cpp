#include "client/proving.hpp"

#include "core/config/literals.hpp"

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

ProvingCrew::Proof ProvingCrew::prove_one(const message::Delivery& delivery,
                                          const Batch& batch) const {
    auto proof = provider_.prove_reply(delivery, batch.awaited, batch.now);
    // Where senders are claims, they may be anything; screens and lists hold names.
    if (proof && !config::is_identity(proof->sender))
        return tl::unexpected(message::Rejection{
            message::Gate::malformed, "its sender is not the name of a node", proof->id, {}});
    if (proof)
        proof->size = delivery.body.size();
    return proof;
}

void ProvingCrew::work(Batch& batch) const {
    const auto count = batch.deliveries.size();
    for (auto i = batch.next.fetch_add(1); i < count; i = batch.next.fetch_add(1))
        batch.proofs[i] = prove_one(batch.deliveries[i], batch);
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
