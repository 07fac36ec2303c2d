// Proves replies on all cores: with x509 that is most of what a client has to do.
#pragma once

#include "core/message/awaited_ids.hpp"
#include "core/message/message.hpp"
#include "core/message/rejection.hpp"
#include "core/security/provider.hpp"
#include "core/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace mco::client {

/// Threads that prove what one thread hands them. They are started when enough is waiting for the
/// first time, so that whoever asks few nodes never pays for them.
class ProvingCrew {
  public:
    using Proof = message::Triaged<message::Reply>;

    /// Fewer are proven by the calling thread alone: waking another takes as long as some proofs.
    static constexpr std::size_t worth_sharing = 4;

    /// `provider` must outlive it. `size`: how many threads prove at the same time, the calling one
    /// among them.
    explicit ProvingCrew(security::Provider& provider,
                         std::size_t size = std::thread::hardware_concurrency())
        : provider_(provider), size_(size) {}

    ~ProvingCrew();
    ProvingCrew(const ProvingCrew&) = delete;
    ProvingCrew& operator=(const ProvingCrew&) = delete;

    /// One proof for each delivery, in their order; the calling thread takes part. One thread at a
    /// time; `awaited` does not change meanwhile.
    std::vector<Proof> prove(const std::vector<message::Delivery>& deliveries,
                             const message::AwaitedIds& awaited,
                             TimePoint now);

    /// Threads that were started so far.
    std::size_t started() const { return threads_.size(); }

  private:
    struct Batch;

    void share(Batch& batch);
    void work(Batch& batch) const;
    Proof prove_one(const message::Delivery& delivery, const Batch& batch) const;
    void serve();

    security::Provider& provider_;
    const std::size_t size_;
    std::vector<std::thread> threads_;  // of the calling thread's only
    std::mutex mutex_;                  // guards what follows
    std::condition_variable called_;
    std::condition_variable finished_;
    Batch* batch_ = nullptr;   // to be proven; null: nothing
    std::size_t calls_ = 0;    // batches so far, so that nobody takes one twice
    std::size_t working_ = 0;  // threads that look at the batch
    bool over_ = false;
};

}  // namespace mco::client
