// Connects a node to its broker: messages in, work to the pool, replies out (style §3.1).
#pragma once

#include "daemon/filter_judge.hpp"
#include "daemon/lifeline.hpp"
#include "daemon/node.hpp"
#include "daemon/worker_pool.hpp"
#include "system/asio.hpp"
#include "system/rate_limit.hpp"
#include "transport/connector.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mco::daemon {

/// All members are for the I/O thread.
class Service {
  public:
    /// Everything outlives the service.
    struct Parts {
        asio::io_context& io;
        const config::Config& config;
        Node& node;
        transport::Connector& connector;
        WorkerPool& workers;
        const system::Clock& clock;
        system::Log& log;
    };

    explicit Service(const Parts& parts);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    /// Waits for those of its actions that are being performed; what they come to is dropped.
    ~Service();

    /// Subscribes and connects. `failed` is called if the connector gives up: then nothing will
    /// ever arrive.
    void start(std::function<void(const Error& why)> failed);

    /// Lets the agents do ahead what takes long, on a worker thread. To be called once.
    void prepare();

    /// Takes no more requests, gives those that are being worked on at most `grace` to finish,
    /// publishes their replies, disconnects, then calls `done`. To be called once.
    void drain(std::chrono::milliseconds grace, std::function<void()> done);

    /// The node's figures with those of its connection and its queues.
    Figures figures() const;

    /// Writes what was counted to the log.
    void log_counters() const;

  private:
    struct Job;
    using Sealed = std::optional<Expected<std::string>>;  // absent when no reply is wanted

    void subscribe();
    void on_connection(bool made);
    void on_delivery(const message::Delivery& delivery);
    void on_triaged(message::Triaged<Task> triaged);
    void on_rejection(const message::Rejection& rejection);
    void say(system::Level level, const std::string& sentence);
    void log_suppressed();
    void perform(Task task);
    static void work(Service& service, const std::shared_ptr<Job>& job);
    void on_performed(Job& job, const Sealed& sealed);
    void on_deadline(Job& job);
    void answer(Job& job, const Sealed& sealed);
    Sealed refusal(const Task& task, const char* why) const;
    void publish(const Task& task, const std::string& body);
    void finish_draining();
    /// A handler that does nothing if it was cancelled or if this service is gone.
    template <class Handler>
    auto guarded(Handler handler);

    const Parts parts_;
    std::function<void(const Error& why)> failed_;
    std::array<system::RateLimit, message::gate_names.size()> log_limits_;
    system::RateLimit publish_limit_;
    FilterJudge judge_;
    asio::steady_timer suppressed_timer_;
    asio::steady_timer drain_timer_;
    std::size_t open_ = 0;  ///< jobs that are owed something
    bool connected_ = false;
    bool draining_ = false;
    std::function<void()> drained_;
    std::shared_ptr<Lifeline> lifeline_;  // shared with the work in the pool
    std::shared_ptr<Service*> alive_;     // handlers that are still queued look whether it is gone
};

}  // namespace mco::daemon
